/** Swarms of many nodes on hosts that fail. */
package org.skep.itests.cluster;
