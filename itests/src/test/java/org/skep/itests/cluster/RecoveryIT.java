package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/** Two of three managers are lost for good, and the third goes on alone. */
class RecoveryIT {

    @RegisterExtension
    static final Hosts hosts = Hosts.of(4);

    @Test
    void oneCommandOnTheSurvivorBringsTheSwarmBack() {
        Swarm swarm = Swarm.of(hosts.all().subList(0, 3), hosts.all().subList(3, 4));
        Host survivor = hosts.get(3);
        Host worker = hosts.get(4);
        swarm.skep("config create kept /etc/hostname");
        swarm.skep("service create -d --name lasting --replicas 4 any sleep 90006");
        swarm.awaitRunning("lasting", 4);
        int there = Swarm.processes(worker, "sleep 90006");
        hosts.get(1).powerOff();
        hosts.get(2).powerOff();

        Swarm.eventually(
                "the loss is seen", () -> survivor.skep("swarm status").out().contains("quorum is lost"));
        assertThat(survivor.skep("swarm status").out()).contains("swarm init --force-new-cluster");
        Result refused = survivor.skep("config create lost /etc/hostname");
        assertThat(refused.status()).as(refused.out()).isEqualTo(1);
        assertThat(Swarm.processes(worker, "sleep 90006")).isEqualTo(there);

        survivor.skep("swarm init --force-new-cluster").expectSuccess();

        survivor.skep("config create after /etc/hostname").expectSuccess();
        assertThat(Swarm.table(survivor, "config ls", "Name")).containsExactly(List.of("after"), List.of("kept"));
        Swarm.eventually("all tasks run on what is left", () -> {
            Set<String> tasks = Swarm.running(survivor, "lasting");
            return tasks.size() == 4 && tasks.stream().allMatch(t -> t.endsWith("@host3") || t.endsWith("@host4"));
        });

        // those who were left behind do no harm when they are back, and join again
        for (Host lost : List.of(hosts.get(1), hosts.get(2))) {
            lost.powerOn();
            lost.skepd().start();
        }
        survivor.skep("config create later /etc/hostname").expectSuccess();
        for (Host lost : List.of(hosts.get(1), hosts.get(2))) {
            lost.skep("swarm leave --force").expectSuccess();
            String token =
                    survivor.skep("swarm join-token -q manager").expectSuccess().strip();
            lost.skep("swarm join --token %s %s".formatted(token, survivor.address()))
                    .expectSuccess();
        }
        Swarm.eventually(
                "three managers",
                () -> Swarm.table(survivor, "node ls", "ManagerStatus").stream()
                                .filter(row -> Set.of("Leader", "Reachable").contains(row.get(0)))
                                .count()
                        == 3);
        Swarm.awaitSameState(swarm.managers());
        survivor.skep("service rm lasting");
        swarm.dissolve();
    }
}
