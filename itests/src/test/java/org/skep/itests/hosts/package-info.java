/**
 * Hosts for tests: namespaces on one machine that look, to what runs in them, like machines on a network, and that can
 * be made to fail as machines do.
 */
package org.skep.itests.hosts;
