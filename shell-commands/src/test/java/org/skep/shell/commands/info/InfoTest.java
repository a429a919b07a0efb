package org.skep.shell.commands.info;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.skep.api.command.Outcome;
import org.skep.api.node.NodeConfig;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.FakeSwarm;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class InfoTest {

    private final FakeControl control = new FakeControl();
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
        control.nodes.add(Fakes.node());
        control.nodes.add(Fakes.node("node2aaaaaaaaaaaaaaaaaaaa", "host2", false));
        assertThat(Lines.print(Lines.run(new Info(control, new FakeSwarm(), config), session)))
                .startsWith("Server:\n Name: host1\n Server Version: 0.1.0\n Runtime: process\n")
                .endsWith("""
                         Swarm: active
                          NodeID: node1aaaaaaaaaaaaaaaaaaaa
                          Is Manager: true
                          ClusterID: cluster1
                          Managers: 1
                          Nodes: 2
                          Default Address Pool: 10.0.0.0/8
                          SubnetSize: 24
                          Orchestration:
                           Task History Retention Limit: 5
                          Raft:
                           Snapshot Interval: 10000
                           Number of Old Snapshots to Retain: 0
                           Heartbeat Tick: 1
                           Election Tick: 10
                          Dispatcher:
                           Heartbeat Period: 5 seconds
                          CA Configuration:
                           Expiry Duration: 3 months
                           Force Rotate: 0
                          Autolock Managers: false
                          Root Rotation In Progress: false
                          Node Address: 10.0.0.1
                          Manager Addresses:
                           10.0.0.1:2377
                           10.0.0.2:2377
                         Labels:
                          rack=r1""".indent(1).stripTrailing());
    }

    @Test
    void tellsWhatAWorkerKnows() {
        assertThat(Lines.print(Lines.run(new Info(control, new FakeSwarm().worker(), config), session)))
                .contains("""
                        \sSwarm: active
                          NodeID: node1aaaaaaaaaaaaaaaaaaaa
                          Is Manager: false
                          Node Address: 10.0.0.1
                          Manager Addresses:
                           10.0.0.1:2377
                           10.0.0.2:2377
                        """);
        assertThat(Lines.print(Lines.run(new Info(control, new FakeSwarm().locked(), config), session)))
                .contains(" Swarm: locked\n Labels:");
    }

    @Test
    void tellsThatThereIsNoSwarm() {
        assertThat(Lines.print(Lines.run(new Info(control, new FakeSwarm().outside(), config), session)))
                .contains(" Swarm: inactive\n Labels:")
                .doesNotContain("NodeID");
    }

    @Test
    void offersDockersFieldsToTemplates() {
        control.nodes.add(Fakes.node());
        Outcome outcome = Lines.run(new Info(control, new FakeSwarm(), config), session, "--format", "json");
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
