package org.skep.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.Endpoint;
import org.skep.api.node.ManagerStart;

/** What a manager leaves behind. */
class StopTest {

    private static final int STRANGERS = 30;

    @TempDir
    Path directory;

    @Test
    void noThreadOutlivesAManager() throws Exception {
        TestSwarm swarm = new TestSwarm(directory);
        List<Socket> silent = new ArrayList<>();
        try (Manager manager = swarm.start("a", ManagerStart.FOUND).awaitLead()) {
            Endpoint raft = swarm.raftEndpoint("a");
            for (int i = 0; i < STRANGERS; i++) {
                silent.add(new Socket(raft.host(), raft.port()));
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> threads().stream()
                                    .filter(thread -> thread.getName().equals("skep-raft-handshake"))
                                    .count()
                            == STRANGERS);
            manager.write("last");
        }
        assertThat(Thread.getAllStackTraces().entrySet())
                .filteredOn(thread -> isOurs(thread.getKey()) && doesOurWork(thread.getValue()))
                .isEmpty();
        // a pool has ended shortly before its last thread has
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> threads().isEmpty());
        for (Socket socket : silent) {
            socket.close();
        }
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(StopTest::isOurs)
                .toList();
    }

    private static boolean isOurs(Thread thread) {
        return thread.getName().startsWith("skep-raft");
    }

    private static boolean doesOurWork(StackTraceElement[] stack) {
        return Arrays.stream(stack).anyMatch(frame -> frame.getClassName().startsWith("org.skep"));
    }
}
