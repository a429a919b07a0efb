/** One script, run by Docker's swarm mode and by Skep on the same hosts: what they say is compared. */
package org.skep.itests.differential;
