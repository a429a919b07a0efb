package org.skep.shell.commands.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.command.Outcome;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.TaskState;
import org.skep.shell.commands.testing.FakeManager;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.FakeSwarm;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;
import picocli.CommandLine.ParameterException;

class NodeCommandsTest {

    private final FakeManager manager = new FakeManager();
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void populate() {
        manager.nodes.add(Fakes.node());
        manager.nodes.add(Fakes.node("node2aaaaaaaaaaaaaaaaaaaa", "host10", false));
        manager.nodes.add(Fakes.node("node3aaaaaaaaaaaaaaaaaaaa", "host2", false));
    }

    private String list(String... words) {
        return Lines.print(Lines.run(new NodeLs(manager, new FakeSwarm()), session, words));
    }

    @Test
    void listNodes() {
        assertThat(list()).isEqualTo("""
                        ID                           HOSTNAME  STATUS  AVAILABILITY  MANAGER STATUS  ENGINE VERSION
                        node1aaaaaaaaaaaaaaaaaaaa *  host1     Ready   Active        Leader          0.1.0
                        node3aaaaaaaaaaaaaaaaaaaa    host2     Ready   Active                        0.1.0
                        node2aaaaaaaaaaaaaaaaaaaa    host10    Ready   Active                        0.1.0""");
        assertThat(list("-q")).startsWith("node1aaaaaaaaaaaaaaaaaaaa\n");
        assertThat(list("-q", "-f", "role=worker", "-f", "name=host1")).isEqualTo("node2aaaaaaaaaaaaaaaaaaaa");
        assertThatThrownBy(() -> list("-f", "x=y")).hasMessageContaining("node.label");
    }

    @Test
    void inspectNodes() {
        Outcome outcome = Lines.run(new NodeInspect(manager), session, "self");
        Map<String, Object> node = ((Outcome.Objects) outcome).objects().get(0);
        assertThat(node)
                .containsEntry("ID", Fakes.NODE)
                .containsEntry("Status", Map.of("State", "ready", "Addr", "10.0.0.1"))
                .containsEntry(
                        "ManagerStatus", Map.of("Leader", true, "Reachability", "reachable", "Addr", "10.0.0.1:2377"));
        assertThat(node.get("Spec").toString()).isEqualTo("{Labels={}, Role=manager, Availability=active}");
    }

    @Test
    void layNodesOut() {
        assertThat(Lines.print(Lines.run(new NodeInspect(manager), session, "--pretty", "host1")))
                .isEqualTo("""
                        ID:                     node1aaaaaaaaaaaaaaaaaaaa
                        Hostname:               host1
                        Joined at:              2026-11-20T11:00:00Z
                        Status:
                         State:                 Ready
                         Availability:          Active
                         Address:               10.0.0.1
                        Manager Status:
                         Address:               10.0.0.1:2377
                         Raft Status:           Reachable
                         Leader:                Yes
                        Platform:
                         Operating System:      linux
                         Architecture:          x86_64
                        Resources:
                         CPUs:                  2
                         Memory:                4GiB
                        Plugins:
                         Network:               bridge, host
                         Volume:                local
                        Engine Version:         0.1.0""");
    }

    @Test
    void updateNodes() {
        Lines.run(
                new NodeUpdate(manager),
                session,
                "--availability",
                "drain",
                "--label-add",
                "a=1",
                "--label-add",
                "b=2",
                "host1");
        Outcome outcome = Lines.run(new NodeUpdate(manager), session, "--label-rm", "a", "--label-add", "b=3", "host1");
        assertThat(Lines.print(outcome)).isEqualTo("host1");
        assertThat(manager.nodes.get(0).getSpec())
                .returns(NodeSpec.Availability.DRAIN, NodeSpec::getAvailability)
                .returns(Map.of("b", "3"), spec -> spec.getAnnotations().getLabelsMap());
    }

    @Test
    void refuseOtherUpdates() {
        assertThatThrownBy(() -> Lines.run(new NodeUpdate(manager), session, "--role", "manager", "host1"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("--role isn't supported yet");
        assertThatThrownBy(() -> Lines.run(new NodeUpdate(manager), session, "--availability", "gone", "host1"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("gone");
        assertThatThrownBy(() -> Lines.run(new NodeUpdate(manager), session, "nope"))
                .hasMessage("no such node: nope");
    }

    @Test
    void listTasksOfThisNodeByDefault() {
        manager.tasks.add(Fakes.task(Fakes.service("web", 1), 1, 1, TaskState.RUNNING));
        NodePs command = new NodePs(manager, InstantSource.fixed(Fakes.NOW));
        assertThat(Lines.print(Lines.run(command, session))).contains("web.1");
        NodePs other = new NodePs(manager, InstantSource.fixed(Fakes.NOW));
        assertThat(Lines.print(Lines.run(other, session, "host2", "nope")))
                .doesNotContain("web.1")
                .endsWith("Error: no such node: nope");
    }
}
