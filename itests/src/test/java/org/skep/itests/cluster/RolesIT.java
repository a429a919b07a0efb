package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/** Nodes that become managers, and stop to be. */
class RolesIT {

    private static final int ROUNDS = Integer.getInteger("skep.promotions", 50);

    @RegisterExtension
    static final Hosts hosts = Hosts.of(4);

    private static Swarm swarm;

    @BeforeAll
    static void found() {
        swarm = Swarm.of(hosts.all().subList(0, 3), hosts.all().subList(3, 4));
    }

    @AfterEach
    void allIsWellAgain() {
        hosts.all().stream().filter(host -> !host.isOn()).forEach(Host::powerOn);
        hosts.all().stream().filter(host -> !host.skepd().running()).forEach(host -> host.skepd()
                .start());
        swarm.awaitWhole();
    }

    @AfterAll
    static void dissolve() {
        if (swarm != null) {
            swarm.dissolve();
        }
    }

    @Test
    void aNodeIsPromotedAndDemotedAgainAndAgainUnderLoad() {
        Host node = hosts.get(4);
        swarm.skep("service create -d --name steady --replicas 4 any sleep 90005");
        Set<String> before = swarm.awaitRunning("steady", 4);
        LongSummaryStatistics promotions = new LongSummaryStatistics();
        try (Writers writers = new Writers("roles", List.of(hosts.get(1), hosts.get(2)))) {
            for (int round = 0; round < ROUNDS; round++) {
                long begin = System.nanoTime();
                swarm.skep("node promote " + node);
                Swarm.eventually(node + " can be reached", () -> Swarm.managerStatus(hosts.get(1), node)
                        .equals("Reachable"));
                promotions.accept((System.nanoTime() - begin) / 1_000_000);
                swarm.skep("node demote " + node);
                Swarm.eventually(node + " is a worker", () -> Swarm.managerStatus(hosts.get(1), node)
                        .isEmpty());
            }
            writers.awaitProgress();
        }
        System.out.printf(
                "promoted %d times: %d to %d ms, %.0f on average%n",
                ROUNDS, promotions.getMin(), promotions.getMax(), promotions.getAverage());

        swarm.awaitWhole();
        assertThat(swarm.awaitRunning("steady", 4)).isEqualTo(before);
        Swarm.awaitSameState(swarm.managers());
        swarm.skep("service rm steady");
    }

    @Test
    void theLeaderCanBeDemotedAndPromotedAgain() {
        Host leader = swarm.leader();
        List<Host> others = swarm.followers();

        others.get(0).skep("node demote " + leader).expectSuccess();
        Swarm.eventually(
                leader + " is a worker",
                () -> swarm.leader(others) != leader
                        && Swarm.managerStatus(others.get(0), leader).isEmpty()
                        && Swarm.status(others.get(0), leader).equals("Ready"));
        assertThat(leader.skep("node ls").err()).contains("manager");

        others.get(0).skep("node promote " + leader).expectSuccess();
        swarm.awaitWhole();
        Swarm.awaitSameState(swarm.managers());
    }

    @Test
    void whatWouldCostTheQuorumIsRefused() {
        Host leader = swarm.leader();
        Host lost = swarm.followers().get(0);
        Host left = swarm.followers().get(1);
        lost.powerOff();
        Swarm.eventually(
                "the loss is seen", () -> Swarm.managerStatus(leader, lost).equals("Unreachable"));

        refused(leader, "node demote " + left, "2 are needed");
        refused(leader, "node rm --force " + left, left.name());

        lost.powerOn();
        lost.skepd().start();
        swarm.awaitWhole();
    }

    @Test
    void whatCannotBeIsRefusedInOneLine() {
        Host asked = swarm.leader();
        refused(asked, "node promote nobody", "nobody");
        refused(asked, "node rm nobody", "nobody");
        refused(asked, "node rm " + hosts.get(4), "host4");
        refused(asked, "node update --role king " + hosts.get(4), "king");
        refused(asked, "swarm leave", "--force");
        refused(asked, "swarm init", "swarm");
        refused(hosts.get(4), "swarm join --token x " + hosts.get(1).address(), "swarm");
        refused(hosts.get(4), "node promote host4", "manager");
    }

    private static void refused(Host asked, String line, String named) {
        List<List<String>> before = roles();
        Result result = asked.skep(line);
        assertThat(result.status()).as(line + ": " + result.out()).isIn(1, 2);
        assertThat(result.err()).as(line).containsIgnoringCase(named);
        assertThat(result.err().lines()).as(line).hasSizeLessThanOrEqualTo(2);
        assertThat(result.err()).doesNotContain("Exception");
        assertThat(roles()).as(line).isEqualTo(before);
    }

    /** Whether a node is up may change meanwhile. */
    private static List<List<String>> roles() {
        return Swarm.table(swarm.anyManager(), "node ls", "Hostname", "ManagerStatus").stream()
                .map(row -> List.of(row.get(0), row.get(1).isEmpty() ? "worker" : "manager"))
                .toList();
    }
}
