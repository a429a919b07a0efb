/** Measures a swarm of many nodes against Docker's own swarm mode, on the same hosts. */
package org.skep.itests.bench;
