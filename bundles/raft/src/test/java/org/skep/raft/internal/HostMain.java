package org.skep.raft.internal;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.ManagerStart;
import org.skep.api.testing.TestAuthority;
import org.skep.store.Consensus;

/**
 * A manager on a host of its own, for measuring by hand what happens between hosts:
 * {@code HostMain NODE-ID SHARED-DIRECTORY HOST=ADDRESS...}. The first one founds the group; who leads adds the others,
 * and writes all the time. Says on standard output, with the time in milliseconds, what was acknowledged and who leads.
 */
final class HostMain {

    private static final Duration WRITE_DELAY = Duration.ofSeconds(1);
    private static final long PAUSE_MILLIS = Integer.getInteger("skep.pause", 5);

    private HostMain() {}

    public static void main(String[] args) throws Exception {
        String self = args[0];
        Path shared = Path.of(args[1]);
        Path own = shared.resolve(self);
        TestSwarm swarm = new TestSwarm(shared, TestAuthority.of(shared.resolve("authority")));
        String first = null;
        for (String host : List.of(args).subList(2, args.length)) {
            String[] parts = host.split("=");
            first = first == null ? parts[0] : first;
            swarm.locate(parts[0], Endpoint.parse(parts[1], Endpoint.MANAGER_PORT));
        }
        boolean found = self.equals(first) && !Files.exists(own);
        Manager manager =
                new Manager(swarm, self, own, found ? ManagerStart.FOUND : ManagerStart.JOIN, 10_000, WRITE_DELAY);
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        manager.consensus().follow(status -> out.println(System.currentTimeMillis() + " S " + status));
        String run = Long.toString(System.currentTimeMillis(), 36);
        for (int i = 0; true; i++) {
            if (manager.leads()) {
                addOthers(manager, out);
                write(manager, self + "-" + run + "-" + i, i, out);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private static void write(Manager manager, String id, int i, PrintStream out) throws InterruptedException {
        try {
            manager.write(id, i % 50 * 10);
            out.println(System.currentTimeMillis() + " W " + id + " .");
        } catch (SkepException e) {
            out.println(System.currentTimeMillis() + " E " + e.code() + " " + id);
        }
    }

    private static void addOthers(Manager manager, PrintStream out) {
        for (Consensus.Member member : manager.consensus().status().members()) {
            if (!member.voter() && member.reachable()) {
                long begin = System.currentTimeMillis();
                manager.consensus()
                        .add(member.nodeId(), Duration.ofSeconds(5))
                        .whenComplete((done, failure) -> out.println(System.currentTimeMillis() + " A "
                                + member.nodeId() + " " + (System.currentTimeMillis() - begin) + " ms " + failure))
                        .toCompletableFuture()
                        .exceptionally(failure -> null)
                        .join();
            }
        }
    }
}
