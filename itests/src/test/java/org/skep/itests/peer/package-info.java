/** Skep and Docker's swarm mode behind one face, so that one script drives both. */
package org.skep.itests.peer;
