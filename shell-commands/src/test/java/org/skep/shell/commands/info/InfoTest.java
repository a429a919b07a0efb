package org.skep.shell.commands.info;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.skep.api.command.Outcome;
import org.skep.api.node.NodeConfig;
import org.skep.shell.commands.testing.FakeManager;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.FakeSwarm;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class InfoTest {

    private final FakeManager manager = new FakeManager();
    private final FakeSession session = new FakeSession();
    private final NodeConfig config = new NodeConfig(
            "0.1.0",
            Path.of("/var/lib/skep"),
            "host1",
            new InetSocketAddress("127.0.0.1", 8022),
            NodeConfig.RuntimeChoice.AUTO,
            Optional.empty(),
            Map.of("rack", "r1"),
            NodeConfig.LogLevel.INFO);

    @Test
    void tellsOfTheSwarm() {
        manager.nodes.add(Fakes.node());
        manager.nodes.add(Fakes.node("node2aaaaaaaaaaaaaaaaaaaa", "host2", false));
        assertThat(Lines.print(Lines.run(new Info(manager, new FakeSwarm(), config), session)))
                .contains("""
                        Swarm:                  active
                         NodeID:                node1aaaaaaaaaaaaaaaaaaaa
                         Is Manager:            true
                         ClusterID:             cluster1
                         Managers:              1
                         Nodes:                 2
                         Task History Retention Limit: 5
                        Labels:
                         - rack=r1""")
                .contains("Runtime:                process\n");
    }

    @Test
    void tellsThatThereIsNoSwarm() {
        assertThat(Lines.print(Lines.run(new Info(manager, new FakeSwarm().outside(), config), session)))
                .contains("Swarm:                  inactive\n")
                .doesNotContain("NodeID");
    }

    @Test
    void offersDockersFieldsToTemplates() {
        manager.nodes.add(Fakes.node());
        Outcome outcome = Lines.run(new Info(manager, new FakeSwarm(), config), session, "--format", "json");
        assertThat(((Outcome.Objects) outcome).objects().get(0).get("Swarm").toString())
                .contains("LocalNodeState=active", "NodeID=" + Fakes.NODE, "Managers=1");
        assertThat(((Outcome.Objects) outcome).format())
                .as("one object, not a list of one")
                .isEqualTo("{{json .}}");
    }

    @Test
    void tellsVersions() {
        assertThat(Lines.print(Lines.run(new VersionInfo(new FakeSwarm(), config), session)))
                .startsWith("Client:\n Version:               0.1.0\nServer:\n Version:               0.1.0\n")
                .contains(" Runtime:               process");
    }
}
