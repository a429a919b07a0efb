package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/** A swarm whose tasks are containers, with an engine on each host. */
class EnginesIT {

    @RegisterExtension
    static final Hosts hosts = Hosts.of(3).withEngines();

    private static Swarm swarm;

    @BeforeAll
    static void found() {
        hosts.all().forEach(host -> host.skepd().options("--runtime", "docker"));
        swarm = Swarm.of(hosts.all(), List.of());
    }

    @AfterAll
    static void dissolve() {
        if (swarm != null) {
            swarm.dissolve();
        }
    }

    /** IDs of the running containers, and when each began. */
    private static Set<String> containers() {
        Set<String> containers = new TreeSet<>();
        for (Host host : hosts.all()) {
            containers.addAll(host.engine()
                    .docker(
                            "ps",
                            "--no-trunc",
                            "--filter",
                            "label=com.docker.swarm.service.name=web",
                            "--format",
                            "{{.ID}} {{.CreatedAt}}")
                    .lines());
        }
        return containers;
    }

    @Test
    void containersGoOnWhileManagersAreRestartedAndAreReplacedWhenTheirHostIsLost() {
        swarm.skep("service create --name web --replicas 6 web:v1");
        swarm.awaitRunning("web", 6);
        Set<String> before = containers();
        assertThat(before).hasSize(6);

        for (Host manager : swarm.managers()) {
            manager.skepd().stop();
            manager.skepd().start();
            swarm.awaitWhole();
        }
        assertThat(containers()).isEqualTo(before);

        Host lost = swarm.followers().get(0);
        lost.powerOff();
        swarm.awaitRunning("web", 6, lost);

        lost.powerOn();
        lost.engine().launch();
        lost.engine().awaitAnswer();
        lost.skepd().start();
        swarm.awaitWhole();
        swarm.awaitRunning("web", 6);
        Swarm.eventually("no task runs twice", () -> containers().size() == 6);
        swarm.skep("service rm web");
        Swarm.eventually("no container is left", () -> containers().isEmpty());
    }
}
