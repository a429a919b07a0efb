package org.skep.itests.cluster;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/**
 * A swarm of three managers and a worker, with a service and some writes, on hosts whose processors are all busy with other
 * things. That is no reason for an election, or to take a node for lost.
 */
final class Load implements AutoCloseable {

    static final int HOSTS = 4;

    private static final int REPLICAS = 8;
    private static final Duration REST = Duration.ofMillis(500);

    private final Hosts hosts;
    private final Swarm swarm;

    /** @param hosts {@link #HOSTS} of them, which are on */
    Load(Hosts hosts) {
        this.hosts = hosts;
        swarm = Swarm.of(hosts.all().subList(0, 3), hosts.all().subList(3, HOSTS));
    }

    /** What the load did: all but the writes should be none. */
    record Toll(long elections, long silences, long down, long tasks, int writes, Duration longestPause) {

        boolean isNone() {
            return elections == 0 && down == 0 && tasks == 0;
        }
    }

    Toll bear(Duration time) {
        swarm.skep("service create -d --name steady --replicas " + REPLICAS + " any sleep 90007");
        Set<String> before = swarm.awaitRunning("steady", REPLICAS);
        long term = term();
        long silences = logged("Lost touch with manager");
        long down = logged(" is down");
        try (Writers writers = new Writers("load", swarm.managers(), REST)) {
            hosts.all().forEach(Host::burn);
            long end = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < end) {
                writers.awaitProgress();
            }
            hosts.all().forEach(Host::cool);
            writers.end();
            Set<String> after = swarm.awaitRunning("steady", REPLICAS);
            return new Toll(
                    term() - term,
                    logged("Lost touch with manager") - silences,
                    logged(" is down") - down,
                    after.stream().filter(task -> !before.contains(task)).count(),
                    writers.count(),
                    writers.longestSilence());
        }
    }

    private long term() {
        return Swarm.state(swarm.leader()).required("Term").asLong();
    }

    private long logged(String text) {
        return List.copyOf(swarm.managers()).stream()
                .flatMap(host -> host.skepd().log().lines())
                .filter(line -> line.contains(text))
                .count();
    }

    @Override
    public void close() {
        hosts.all().forEach(Host::cool);
        swarm.dissolve();
    }
}
