/** The worker session with a manager elsewhere. */
package org.skep.agent.remote;
