package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/** Three managers, of which one at a time fails in every way there is. */
class ManagersIT {

    private static final int KILLS = Integer.getInteger("skep.kills", 20);

    @RegisterExtension
    static final Hosts hosts = Hosts.of(3);

    private static Swarm swarm;

    @BeforeAll
    static void found() {
        swarm = Swarm.of(hosts.all(), List.of());
    }

    @AfterEach
    void allIsWellAgain() {
        repair();
        swarm.awaitWhole();
        Swarm.awaitSameState(swarm.managers());
    }

    private static void repair() {
        hosts.heal();
        for (Host host : hosts.all()) {
            if (!host.isOn()) {
                host.powerOn();
            }
            if (!host.skepd().running()) {
                host.skepd().start();
            }
        }
    }

    @AfterAll
    static void dissolve() {
        if (swarm != null) {
            swarm.dissolve();
        }
    }

    @Test
    void noAcknowledgedWriteIsLostWhenTheLeaderIsKilledAgainAndAgain() {
        Map<String, String> acknowledged;
        Duration silence;
        try (Writers writers = new Writers("kill", hosts.all())) {
            for (int kill = 0; kill < KILLS; kill++) {
                writers.awaitProgress();
                Host leader = swarm.leader();
                leader.skepd().kill();
                writers.awaitProgress();
                leader.skepd().start();
                Swarm.eventually(leader + " is a manager again", () -> Set.of("Reachable", "Leader")
                        .contains(Swarm.managerStatus(swarm.anyManager(), leader)));
            }
            writers.end();
            acknowledged = writers.acknowledged();
            silence = writers.longestSilence();
        }
        System.out.printf(
                "leader killed %d times: %d writes acknowledged, longest silence %d ms%n",
                KILLS, acknowledged.size(), silence.toMillis());

        swarm.assertKept(acknowledged);
    }

    @Test
    void aLeaderInTheMinorityDecidesNothing() {
        Host leader = swarm.leader();
        List<Host> majority = swarm.followers();
        hosts.partition(List.of(leader));

        Host next = swarm.leader(majority);
        next.skep("config create majority /etc/hostname").expectSuccess();
        Result refused = leader.skep("config create minority /etc/hostname");
        Result read = leader.skep("config ls");
        String status = leader.skep("swarm status").expectSuccess();

        assertThat(refused.status()).as(refused.out()).isEqualTo(1);
        assertThat(refused.err().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(refused.err()).containsIgnoringCase("leader");
        assertThat(read.status()).as("a read on the minority's side").isEqualTo(1);
        assertThat(status).contains("quorum is lost");

        hosts.heal();
        swarm.awaitWhole();
        assertThat(Swarm.table(leader, "config ls", "Name")).contains(List.of("majority"));
        assertThat(Swarm.table(leader, "config ls", "Name")).doesNotContain(List.of("minority"));
        swarm.skep("config rm majority");
    }

    @Test
    void aFollowerThatIsCutOffIsNotMissed() {
        Host follower = swarm.followers().get(0);
        try (Writers writers =
                new Writers("cut", List.of(swarm.leader(), swarm.followers().get(1)))) {
            writers.awaitProgress();
            hosts.partition(List.of(follower));
            Swarm.eventually("the loss is seen", () -> Swarm.managerStatus(swarm.leader(), follower)
                    .equals("Unreachable"));
            writers.awaitProgress();
            hosts.heal();
            Swarm.eventually("the return is seen", () -> Set.of("Reachable", "Leader")
                    .contains(Swarm.managerStatus(swarm.leader(), follower)));
            writers.awaitProgress();
        }
    }

    @Test
    void aLeaderThatHearsNothingMakesWayForOneThatDoes() {
        Host leader = swarm.leader();
        List<Host> others = swarm.followers();
        others.forEach(other -> other.dropTo(leader));

        Swarm.eventually(
                "writes are possible",
                () -> others.get(0).skep("volume create deaf").status() == 0);

        hosts.heal();
        swarm.awaitWhole();
        swarm.skep("volume rm deaf");
    }

    @Test
    void aLeaderThatIsFrozenIsReplacedAndComesBackAsFollower() {
        Host leader = swarm.leader();
        List<Host> others = swarm.followers();
        leader.skepd().freeze();
        try {
            Swarm.eventually(
                    "writes are possible",
                    () -> others.get(0).skep("volume create cold").status() == 0);
        } finally {
            leader.skepd().thaw();
        }
        swarm.awaitWhole();
        assertThat(leader.skep("volume ls -q").expectSuccess()).contains("cold");
        swarm.skep("volume rm cold");
    }

    @Test
    void tasksGoOnWhileEveryManagerIsRestartedInTurn() {
        // a loaded machine may need longer for a restart than a node is waited for
        swarm.skep("swarm update --dispatcher-heartbeat 20s");
        swarm.skep("service create --name calm --replicas 6 any sleep 90001");
        Set<String> before = swarm.awaitRunning("calm", 6);
        List<String> processes = sleepers();

        for (Host manager : swarm.managers()) {
            manager.skepd().stop();
            manager.skepd().start();
            swarm.awaitWhole();
        }

        assertThat(swarm.awaitRunning("calm", 6)).isEqualTo(before);
        assertThat(sleepers()).isEqualTo(processes);
        assertThat(Swarm.table(swarm.leader(), "service ps calm", "ID")).hasSize(6);
        swarm.skep("service rm calm");
        swarm.skep("swarm update --dispatcher-heartbeat 5s");
    }

    private static List<String> sleepers() {
        return hosts.all().stream()
                .map(host -> host + ": "
                        + host.run("sh", "-c", "pgrep -fx 'sleep 90001'").out())
                .toList();
    }

    @Test
    void eventsFollowFromLeaderToLeader() throws Exception {
        Host leader = swarm.leader();
        Host witness = swarm.followers().get(0);
        List<String> seen;
        try (Follower events = new Follower(witness, "events --filter type=config")) {
            events.await(() -> {
                swarm.skep("config create first /etc/hostname");
                swarm.skep("config rm first");
                return "first";
            });
            leader.skepd().kill();
            Swarm.eventually(
                    "writes are possible",
                    () -> witness.skep("config create second /etc/hostname").status() == 0);
            events.await(() -> "second");
            seen = events.lines();
        }
        assertThat(seen.stream().filter(line -> line.contains("second"))).hasSize(1);
        leader.skepd().start();
        swarm.skep("config rm second");
    }

    @Test
    void aSlowDiskSlowsNobodyElse() {
        Host slow = swarm.followers().get(0);
        slow.skepd().stop();
        slow.skepd().slowDisk(Duration.ofMillis(300)).start();
        swarm.awaitWhole();
        Host asked = swarm.leader();
        if (asked == slow) {
            throw new AssertionError("the slowest manager has become the leader");
        }
        long begin = System.nanoTime();
        for (int i = 0; i < 20; i++) {
            asked.skep("volume create slow" + i).expectSuccess();
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        assertThat(took).as("20 writes").isLessThan(Duration.ofSeconds(6));
        Swarm.awaitSameState(swarm.managers());

        slow.skepd().stop();
        slow.skepd().slowDisk(Duration.ZERO).start();
    }

    @Test
    void aClockThatIsAnHourAheadOrBehindIsNoReasonToFail() {
        swarm.skep("service create --name timely --replicas 3 any sleep 90002");
        Set<String> before = swarm.awaitRunning("timely", 3);
        Host ahead = swarm.followers().get(0);
        Host behind = swarm.followers().get(1);
        ahead.skepd().stop();
        ahead.skepd().clock(Duration.ofHours(1)).start();
        swarm.awaitWhole();
        behind.skepd().stop();
        behind.skepd().clock(Duration.ofHours(-1)).start();
        swarm.awaitWhole();

        swarm.leader().skepd().kill();
        swarm.leader().skep("service update -d --label-add seen=yes timely").expectSuccess();
        assertThat(swarm.awaitRunning("timely", 3)).isEqualTo(before);

        for (Host host : List.of(ahead, behind)) {
            if (host.skepd().running()) {
                host.skepd().stop();
            }
            host.skepd().clock(Duration.ZERO).start();
        }
        repair();
        swarm.awaitWhole();
        assertThat(swarm.awaitRunning("timely", 3)).isEqualTo(before);
        swarm.skep("service rm timely");
    }

    @Test
    void aLongWayBetweenManagersIsNoReasonForAnElection() {
        Host far = swarm.followers().get(0);
        long term = Swarm.state(swarm.leader()).required("Term").asLong();
        far.delay(Duration.ofMillis(100));
        try (Writers writers = new Writers("far", List.of(swarm.leader(), far))) {
            writers.awaitProgress();
            writers.awaitProgress();
        } finally {
            far.delay(Duration.ZERO);
        }
        assertThat(Swarm.state(swarm.leader()).required("Term").asLong()).isEqualTo(term);
    }

    @Test
    void aManagerWithANewAddressTellsTheOthers() {
        Host moving = swarm.followers().get(0);
        moving.move(100 + moving.number());
        awaitAnnounced(moving);

        moving.skepd().stop();
        moving.move(moving.number());
        moving.skepd().start();
        awaitAnnounced(moving);
    }

    private static void awaitAnnounced(Host moving) {
        Swarm.eventually("the others know the new address of " + moving, () -> {
            assertThat(Swarm.state(swarm.leader()).required("Managers").toString())
                    .contains(moving.address() + ":2377");
            return true;
        });
        swarm.awaitWhole();
    }

    @Test
    void aLockedManagerWaitsForItsKey() {
        String printed = swarm.skep("swarm update --autolock=true");
        String key = printed.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("SWMKEY-1-"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no key in\n" + printed));
        Host locked = swarm.followers().get(0);
        locked.skepd().stop();
        locked.skepd().start();

        assertThat(locked.skep("info").expectSuccess()).containsIgnoringCase("locked");
        assertThat(locked.skep("swarm status").expectSuccess()).contains("unlock");
        Result refused = locked.skep("node ls");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.err()).contains("unlock");
        Result wrong = unlock(locked, "SWMKEY-1-" + "A".repeat(43));
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.err().lines()).hasSizeLessThanOrEqualTo(2);
        assertThat(locked.run("grep", "-r", "-l", key, locked.home() + "/state").out())
                .as("files that hold the key")
                .isEmpty();

        unlock(locked, key).expectSuccess();
        swarm.awaitWhole();
        swarm.skep("swarm update --autolock=false");
        locked.skepd().stop();
        locked.skepd().start();
        swarm.awaitWhole();
    }

    private static Result unlock(Host host, String key) {
        return host.skepd().shell().run("swarm unlock", key + "\n", Swarm.DEADLINE);
    }
}
