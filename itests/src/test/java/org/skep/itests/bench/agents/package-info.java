/** {@code itests/bench/run agents}: many simulated workers at one real manager. */
package org.skep.itests.bench.agents;
