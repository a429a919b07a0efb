package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/** Three managers, of which one has no room on its disk. */
class FullDiskIT {

    @RegisterExtension
    static final Hosts hosts = Hosts.of(3).withDisks(96);

    private static Swarm swarm;

    @BeforeAll
    static void found() {
        swarm = Swarm.of(hosts.all(), List.of());
    }

    @AfterEach
    void makeRoom() {
        hosts.all().forEach(Host::makeRoom);
        swarm.awaitWhole();
    }

    @AfterAll
    static void dissolve() {
        if (swarm != null) {
            swarm.dissolve();
        }
    }

    @Test
    void aFollowerWithAFullDiskIsNotMissed() {
        writeWithout(swarm.followers().get(0), "follower");
    }

    @Test
    void aLeaderWithAFullDiskMakesWay() {
        writeWithout(swarm.leader(), "leader");
    }

    /** The others write, the full one says why it cannot, and has everything once there is room. */
    private void writeWithout(Host full, String name) {
        List<Host> others =
                swarm.managers().stream().filter(host -> host != full).toList();
        int before = complaints(full).size();
        full.fillDisk();
        Map<String, String> acknowledged;
        try (Writers writers = new Writers(name, others)) {
            Swarm.eventually(
                    full + " says what it lacks", () -> complaints(full).size() > before);
            writers.awaitProgress();
            writers.awaitProgress();
            full.makeRoom();
            writers.awaitProgress();
            writers.end();
            acknowledged = writers.acknowledged();
        }
        swarm.awaitWhole();
        swarm.assertKept(acknowledged);
        assertThat(complaints(full)).hasSize(before + 1);
    }

    private static List<String> complaints(Host host) {
        return host.skepd()
                .log()
                .lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).contains("no space left"))
                .toList();
    }
}
