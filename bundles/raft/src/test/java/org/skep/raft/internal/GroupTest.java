package org.skep.raft.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.ManagerStart;
import org.skep.api.node.NodeCredentials;
import org.skep.api.node.NodeIdentity;
import org.skep.api.testing.TestAuthority;
import org.skep.protocol.Config;
import org.skep.raft.LogRepair;
import org.skep.store.Consensus;
import org.skep.store.Kind;
import org.skep.store.Store;

/** Several managers, over real connections with certificates. */
class GroupTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** What a new manager takes over, in MiB: {@code -Dskep.snapshot.size=N}. */
    private static final int SNAPSHOT_SIZE = Integer.getInteger("skep.snapshot.size", 8);

    @TempDir
    Path directory;

    private TestSwarm swarm;
    private final List<Manager> running = new ArrayList<>();

    @BeforeEach
    void create() {
        swarm = new TestSwarm(directory);
    }

    @AfterEach
    void close() {
        running.forEach(Manager::close);
    }

    private Manager start(String nodeId, ManagerStart start) {
        Manager manager = swarm.start(nodeId, start);
        running.add(manager);
        return manager;
    }

    private void stop(Manager manager) {
        running.remove(manager);
        manager.close();
    }

    private static void await(String what, BooleanSupplier condition) {
        Awaitility.await(what)
                .atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(5))
                .until(condition::getAsBoolean);
    }

    private static void done(CompletionStage<Void> stage) throws Exception {
        stage.toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private static void refused(CompletionStage<Void> stage) {
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> done(stage))
                .satisfies(
                        e -> assertThat(((SkepException) e.getCause()).code()).isEqualTo("NO_LEADER"));
    }

    private List<Manager> three() throws Exception {
        Manager a = start("a", ManagerStart.FOUND).awaitLead();
        a.write("first");
        Manager b = start("b", ManagerStart.JOIN);
        Manager c = start("c", ManagerStart.JOIN);
        done(a.consensus().add("b", PATIENCE));
        done(a.consensus().add("c", PATIENCE));
        return List.of(a, b, c);
    }

    private Manager leader(Manager... among) throws InterruptedException {
        await("a leader", () -> Arrays.stream(among).anyMatch(Manager::leads));
        return Arrays.stream(among).filter(Manager::leads).findFirst().orElseThrow();
    }

    @Test
    void managersJoinAndHaveEverything() throws Exception {
        List<Manager> managers = three();
        managers.get(0).write("second");
        for (Manager manager : managers) {
            await("all of it on " + manager.nodeId, () -> manager.read("second").isPresent());
            assertThat(manager.read("first")).isPresent();
            await("status of " + manager.nodeId, () -> {
                Consensus.Status status = manager.consensus().status();
                return status.voter()
                        && status.leader().filter("a"::equals).isPresent()
                        && status.members().stream().allMatch(member -> member.voter() && member.reachable());
            });
        }
        done(managers.get(0).consensus().barrier());
    }

    @Test
    void anotherOneLeadsWhenTheLeaderStops() throws Exception {
        List<Manager> managers = three();
        stop(managers.get(0));
        Manager next = leader(managers.get(1), managers.get(2));
        next.write("after");
        assertThat(next.read("first")).isPresent();
        Manager again = start("a", ManagerStart.JOIN);
        await("the missed write", () -> again.read("after").isPresent());
    }

    @Test
    void membersAreRemovedAndComeBack() throws Exception {
        List<Manager> managers = three();
        Manager a = managers.get(0);
        done(a.consensus().remove("c"));
        await("c to know", () -> !managers.get(2).consensus().status().voter());
        done(a.consensus().add("c", PATIENCE));
        done(a.consensus().remove("a"));
        Manager next = leader(managers.get(1), managers.get(2));
        next.write("after");
        await(
                "a to know",
                () -> !a.consensus().status().voter() && a.read("after").isPresent());
        assertThat(a.leads()).isFalse();
    }

    @Test
    void aLeaderWithoutAMajorityCeasesToLead() throws Exception {
        List<Manager> managers = three();
        Manager a = managers.get(0);
        stop(managers.get(1));
        a.write("two of three");
        stop(managers.get(2));
        await("a to cease", () -> !a.leads());
        assertThatExceptionOfType(SkepException.class)
                .isThrownBy(() -> a.write("alone"))
                .satisfies(e -> assertThat(e.code()).isEqualTo("NO_LEADER"));
        refused(a.consensus().barrier());
        long term = a.consensus().status().term();
        start("b", ManagerStart.JOIN);
        await("a majority again", () -> running.stream().anyMatch(Manager::leads));
        assertThat(a.consensus().status().term()).isLessThanOrEqualTo(term + 3);
    }

    @Test
    void onlyTheLeaderProvesThatItLeads() throws Exception {
        List<Manager> managers = three();
        done(managers.get(0).consensus().barrier());
        refused(managers.get(1).consensus().barrier());
        refused(managers.get(1).consensus().add("d", PATIENCE));
    }

    @Test
    void aManagerThatIsNotThereIsNotAdded() throws Exception {
        Manager a = start("a", ManagerStart.FOUND).awaitLead();
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> done(a.consensus().add("b", Duration.ofMillis(300))))
                .satisfies(
                        e -> assertThat(((SkepException) e.getCause()).code()).isEqualTo("NOT_CAUGHT_UP"));
        a.write("still");
    }

    @Test
    void noManagerIsRemovedThatIsNeeded() throws Exception {
        List<Manager> managers = three();
        Manager a = managers.get(0);
        stop(managers.get(2));
        await("c to be gone", () -> a.consensus().status().members().stream()
                .anyMatch(member -> member.nodeId().equals("c") && !member.reachable()));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> done(a.consensus().remove("b")))
                .satisfies(
                        e -> assertThat(((SkepException) e.getCause()).code()).isEqualTo("QUORUM_WOULD_BE_LOST"));
        done(a.consensus().remove("c"));
        done(a.consensus().remove("b"));
        assertThatExceptionOfType(ExecutionException.class)
                .isThrownBy(() -> done(a.consensus().remove("a")));
        await("a to lead on", a::leads);
        a.write("alone again");
    }

    @Test
    void aManagerThatWasRemovedComesBackWithNothing() throws Exception {
        List<Manager> managers = three();
        Manager a = managers.get(0);
        Manager c = managers.get(2);
        for (int round = 0; round < 5; round++) {
            a.write("round" + round);
            done(a.consensus().remove("c"));
            stop(c);
            delete(swarm.directory("c"));
            long begin = System.nanoTime();
            c = start("c", ManagerStart.JOIN);
            done(a.consensus().add("c", PATIENCE));
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENCE);
        }
        Manager last = c;
        await("everything on c", () -> last.read("round4").isPresent());
        assertThat(last.read("first")).isPresent();
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void theLastManagerGoesOnAlone() throws Exception {
        List<Manager> managers = three();
        managers.get(0).write("before");
        List.copyOf(running).forEach(this::stop);
        Manager a = start("a", ManagerStart.FORCE_NEW_CLUSTER).awaitLead();
        assertThat(a.read("before")).isPresent();
        a.write("alone");
        start("b", ManagerStart.JOIN);
        start("c", ManagerStart.JOIN);
        await(
                "the others to lead without a",
                () -> running.stream().filter(Manager::leads).count() == 2);
        a.write("still alone");
        assertThat(a.consensus().status().members()).singleElement().satisfies(member -> assertThat(member.nodeId())
                .isEqualTo("a"));
        swarm.separate("d", "b");
        swarm.separate("d", "c");
        Manager d = start("d", ManagerStart.JOIN);
        done(a.consensus().add("d", PATIENCE));
        await("everything on d", () -> d.read("still alone").isPresent());
    }

    @Test
    void aNewManagerStartsFromASnapshot() throws Exception {
        Manager a = swarm.start("a", ManagerStart.FOUND, SNAPSHOT_SIZE / 2);
        running.add(a);
        a.awaitLead();
        for (int i = 0; i < SNAPSHOT_SIZE; i++) {
            a.write("c" + i, 1 << 20);
        }
        await("a snapshot", () -> Files.exists(swarm.directory("a").resolve("raft/snapshot")));
        Manager b = start("b", ManagerStart.JOIN);
        done(a.consensus().add("b", PATIENCE));
        await("everything on b", () -> b.read("c" + (SNAPSHOT_SIZE - 1)).isPresent());
        assertThat(b.read("c0")).isPresent();
        Manager c = start("c", ManagerStart.JOIN);
        done(a.consensus().add("c", PATIENCE));
        long term = a.consensus().status().term();
        assertThat(term).isEqualTo(2);
        stop(a);
        Manager next = leader(b, c);
        next.write("after");
        await(
                "everything on the other",
                () -> b.read("after").isPresent() && c.read("after").isPresent());
    }

    @Test
    void strangersHaveNoEffect() throws Exception {
        List<Manager> managers = three();
        Manager a = managers.get(0);
        Endpoint endpoint = swarm.raftEndpoint("a");
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket(endpoint.host(), endpoint.port());
                sockets.add(socket);
                if (i % 2 == 0) {
                    socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
            refused(endpoint, swarm.authority.credentials(new NodeIdentity("w", false, TestSwarm.ID)));
            refused(endpoint, swarm.authority.credentials(new NodeIdentity("x", true, "another swarm")));
            refused(endpoint, new TestAuthority().credentials(new NodeIdentity("b", true, TestSwarm.ID)));
            long greeting = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("skep-raft-handshake"))
                    .count();
            assertThat(greeting).isLessThan(150);
            stop(managers.get(1));
            a.write("meanwhile");
            Manager b = start("b", ManagerStart.JOIN);
            await("b to be back", () -> b.read("meanwhile").isPresent());
            assertEnded(sockets.get(199));
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        assertThat(a.leads()).isTrue();
    }

    /** The other side has ended it, though it was told nothing. */
    private static void assertEnded(Socket silent) throws IOException {
        silent.setSoTimeout(30_000);
        try {
            assertThat(silent.getInputStream().read()).isNegative();
        } catch (SocketException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    private static void refused(Endpoint endpoint, NodeCredentials stranger) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new KeyManager[] {stranger.keyManager()}, new TrustManager[] {stranger.trustManager(peer -> {})}, null);
        try (Socket socket = context.getSocketFactory().createSocket(endpoint.host(), endpoint.port())) {
            socket.setSoTimeout(5_000);
            assertThatThrownBy(() -> {
                        socket.getOutputStream().write(1);
                        if (socket.getInputStream().read() < 0) {
                            throw new EOFException();
                        }
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aManagerThatWasExpelledHearsNothingMore() throws Exception {
        List<Manager> managers = three();
        Manager a = managers.get(0);
        Manager c = managers.get(2);
        done(a.consensus().remove("c"));
        swarm.expel("c");
        await("a to lose touch", () -> a.consensus().status().members().stream()
                .noneMatch(member -> member.nodeId().equals("c")));
        a.write("secret");
        await("b to have it", () -> managers.get(1).read("secret").isPresent());
        assertThat(c.read("secret")).isEmpty();
    }

    @Test
    void anotherOneLeadsWhenTheLeaderStandsStill() throws Exception {
        List<Manager> managers = three();
        Manager a = managers.get(0);
        CountDownLatch hanging = new CountDownLatch(1);
        Store.Watch watch = a.store.watch(Set.of(Kind.CONFIG), changes -> {
            if (!changes.changes().isEmpty()) {
                hold(hanging);
            }
        });
        try {
            a.store.updateAsync(tx -> {
                tx.create(Config.newBuilder().setId("hangs").build());
                return null;
            });
            leader(managers.get(1), managers.get(2)).write("elsewhere");
        } finally {
            watch.close();
            hanging.countDown();
        }
        await("a to have it", () -> a.read("elsewhere").isPresent());
        assertThat(a.read("hangs")).isPresent();
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aManagerWhoseLogWasCutBackGetsTheRestAgain() throws Exception {
        List<Manager> managers = three();
        stop(managers.get(0));
        Manager next = leader(managers.get(1), managers.get(2));
        next.write("meanwhile");
        Path log = swarm.directory("a").resolve("raft");
        damage(log.resolve("0000000000000001.log"));
        Files.writeString(swarm.directory("a").resolve("node.json"), "{\"nodeId\": \"a\", \"nodeId\": \"b\"}");
        assertThat(LogRepair.run(log, true, System.out)).isZero();
        assertThat(log.resolve("incomplete")).exists();

        // It was the founder: with what is left it was alone, and it is not to found another group either.
        Manager a = start("a", ManagerStart.FOUND);
        await("everything on a", () -> a.read("meanwhile").isPresent());
        assertThat(a.read("first")).isPresent();
        await("a to have a vote", () -> Files.notExists(log.resolve("incomplete")));
        stop(next);
        leader(running.toArray(Manager[]::new)).write("after");
    }

    @Test
    void aManagerWhoseLogWasCutBackGoesOnAloneIfTold() throws Exception {
        List<Manager> managers = three();
        managers.get(0).write("second");
        List.copyOf(running).forEach(this::stop);
        Path log = swarm.directory("a").resolve("raft");
        byte[] bytes = Files.readAllBytes(log.resolve("0000000000000001.log"));
        bytes[bytes.length - 1] ^= 1;
        Files.write(log.resolve("0000000000000001.log"), bytes);
        Files.writeString(swarm.directory("a").resolve("node.json"), "{\"nodeId\": \"a\", \"nodeId\": \"b\"}");
        assertThat(LogRepair.run(log, true, System.out)).isZero();
        Manager a = start("a", ManagerStart.FORCE_NEW_CLUSTER).awaitLead();
        assertThat(a.read("first")).isPresent();
        a.write("third");
    }

    private static void damage(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
    }

    @Test
    void leavesNoThreadBehind() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        three();
        List.copyOf(running).forEach(this::stop);
        Set<Thread> after = new HashSet<>(Thread.getAllStackTraces().keySet());
        after.removeAll(before);
        for (Thread thread : after) {
            // A thread may still be listed when it has told everyone that it ends.
            thread.join(1000);
        }
        assertThat(after)
                .filteredOn(thread -> thread.isAlive() && !thread.getName().contains("surefire"))
                .isEmpty();
    }

    @Test
    void aLeaderWithAFullDiskLetsAnotherLead() throws Exception {
        Path disk = Files.createDirectories(swarm.directory("a"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk.toString()), "needs root");
        try {
            List<Manager> managers = three();
            Path filler = disk.resolve("filler");
            fill(filler);
            Manager a = managers.get(0);
            assertThatExceptionOfType(SkepException.class)
                    .isThrownBy(() -> {
                        for (int i = 0; i < 100; i++) {
                            a.write("doubtful" + i, 10_000);
                        }
                    })
                    .satisfies(e -> assertThat(e.code()).isIn("OUTCOME_UNKNOWN", "NO_LEADER"));
            Manager next = leader(managers.get(1), managers.get(2));
            next.write("elsewhere", 10_000);
            Files.delete(filler);
            await("a to have everything", () -> a.read("elsewhere").isPresent());
            Set<String> there = new HashSet<>();
            next.store.view().configs().all().forEach(config -> there.add(config.getId()));
            Set<String> here = new HashSet<>();
            a.store.view().configs().all().forEach(config -> here.add(config.getId()));
            assertThat(here).isEqualTo(there);
        } finally {
            List.copyOf(running).forEach(this::stop);
            run("umount", "-l", disk.toString());
        }
    }

    private static boolean run(String... command) throws Exception {
        return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    }

    private static void fill(Path filler) throws IOException {
        FileStore store = Files.getFileStore(filler.getParent());
        try (var out = Files.newOutputStream(filler)) {
            while (store.getUsableSpace() > 0) {
                out.write(new byte[4096]);
            }
        } catch (IOException full) {
            assertThat(store.getUsableSpace()).isZero();
        }
    }
}
