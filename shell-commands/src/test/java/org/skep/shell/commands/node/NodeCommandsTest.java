package org.skep.shell.commands.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.command.Column;
import org.skep.api.command.Outcome;
import org.skep.api.command.StillRunning;
import org.skep.protocol.ManagerStatus;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.NodeTLSInfo;
import org.skep.protocol.TaskState;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.FakeSwarm;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;
import picocli.CommandLine.ParameterException;

class NodeCommandsTest {

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();

    @BeforeEach
    void populate() {
        control.nodes.add(Fakes.node());
        control.nodes.add(Fakes.node("node2aaaaaaaaaaaaaaaaaaaa", "host10", false));
        control.nodes.add(Fakes.node("node3aaaaaaaaaaaaaaaaaaaa", "host2", false));
    }

    private String list(String... words) {
        return Lines.print(Lines.run(new NodeLs(control, new FakeSwarm()), session, words));
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
    void aManagerWithoutAVoteIsJoining() {
        control.nodes.replaceAll(node -> node.getDescription().getHostname().equals("host2")
                ? node.toBuilder()
                        .setManagerStatus(ManagerStatus.newBuilder().setAddr("10.0.0.2:2377"))
                        .build()
                : node);
        Outcome.Table<?> table = (Outcome.Table<?>) Lines.run(new NodeLs(control, new FakeSwarm()), session);
        assertThat(column(table, "ManagerStatus")).containsExactly("Leader", "Joining", "");
    }

    @Test
    void inspectNodes() {
        Outcome outcome = Lines.run(new NodeInspect(control), session, "self");
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
        assertThat(Lines.print(Lines.run(new NodeInspect(control), session, "--pretty", "host1")))
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
                new NodeUpdate(control),
                session,
                "--availability",
                "drain",
                "--label-add",
                "a=1",
                "--label-add",
                "b=2",
                "host1");
        Outcome outcome = Lines.run(new NodeUpdate(control), session, "--label-rm", "a", "--label-add", "b=3", "host1");
        assertThat(Lines.print(outcome)).isEqualTo("host1");
        assertThat(control.nodes.get(0).getSpec())
                .returns(NodeSpec.Availability.DRAIN, NodeSpec::getAvailability)
                .returns(Map.of("b", "3"), spec -> spec.getAnnotations().getLabelsMap());
    }

    private NodeRole desired(int node) {
        return control.nodes.get(node).getSpec().getDesiredRole();
    }

    @Test
    void changeRoles() {
        assertThat(Lines.print(Lines.run(new NodePromote(control), session, "host2", "nope", "host1", "host10")))
                .isEqualTo("""
                        Node host2 promoted to a manager in the swarm.
                        Node host10 promoted to a manager in the swarm.
                        Error: no such node: nope
                        Error: node host1 is already a manager""");
        assertThat(desired(2)).isEqualTo(NodeRole.NODE_ROLE_MANAGER);
        assertThat(Lines.print(Lines.run(new NodeDemote(control), session, "host2")))
                .isEqualTo("Manager host2 demoted in the swarm.");
        assertThat(Lines.print(Lines.run(new NodeDemote(control), session, "host2")))
                .isEqualTo("Error: node host2 is already a worker");
        Lines.run(new NodeUpdate(control), session, "--role", "manager", "host2");
        assertThat(desired(2)).isEqualTo(NodeRole.NODE_ROLE_MANAGER);
    }

    @Test
    void tellWhatHoldsUpAChangeOfRole() {
        control.obstacle = "cannot be given a vote yet: it does not answer";
        assertThat(Lines.print(Lines.run(new NodePromote(control, Duration.ZERO), session, "host2")))
                .isEqualTo("""
                        Node host2 promoted to a manager in the swarm.
                        It is not a manager yet: it cannot be given a vote yet: it does not answer""");
        assertThat(Lines.print(Lines.run(new NodeInspect(control), session, "--pretty", "host2")))
                .contains("Message:", "cannot be given a vote yet: it does not answer");
    }

    @Test
    void removeNodes() {
        assertThat(Lines.print(Lines.run(new NodeRm(control), session, "host2", "nope")))
                .isEqualTo("Error: node host2 is not down\nError: no such node: nope");
        assertThat(Lines.print(Lines.run(new NodeRm(control), session, "-f", "host2")))
                .isEqualTo("host2");
        assertThat(control.nodes).hasSize(2);
    }

    @Test
    void drain() {
        addTasks();
        assertThat(Lines.print(Lines.run(new NodeDrain(control), session, "host1")))
                .isEqualTo("host1");
        assertThat(control.nodes.get(0).getSpec().getAvailability()).isEqualTo(NodeSpec.Availability.DRAIN);
        assertThat(control.tasks).hasSize(2);
    }

    private void addTasks() {
        control.tasks.add(Fakes.task(Fakes.service("web", 2), 1, 1, TaskState.RUNNING));
        control.tasks.add(Fakes.task(Fakes.service("web", 2), 2, 1, TaskState.RUNNING));
    }

    @Test
    void drainUntilEmpty() {
        addTasks();
        Instant[] now = {Fakes.NOW};
        NodeDrain command = new NodeDrain(control, () -> {
            // a task ends each time someone looks at the clock, but for the first
            if (!now[0].equals(Fakes.NOW)) {
                control.tasks.remove(0);
            }
            now[0] = now[0].plusSeconds(1);
            return now[0];
        });
        assertThat(Lines.print(Lines.run(command, session, "--wait", "--timeout", "1m", "host1")))
                .isEqualTo("host1");
        assertThat(session.warned()).isEqualTo("""
                2 of 2 tasks still on host1
                1 of 2 tasks still on host1
                """);
    }

    @Test
    void drainOnlyForSoLong() {
        addTasks();
        NodeDrain command = new NodeDrain(control, InstantSource.fixed(Fakes.NOW));
        assertThatThrownBy(() -> Lines.run(command, session, "--wait", "--timeout", "0", "host1"))
                .hasMessage("2 tasks are still on host1 after 0s: web.1, web.2");
        assertThat(control.nodes.get(0).getSpec().getAvailability()).isEqualTo(NodeSpec.Availability.DRAIN);
        assertThatThrownBy(() -> Lines.run(new NodeDrain(control), session, "--timeout", "1s", "host1"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("--timeout goes with --wait");
    }

    @Test
    void drainWithoutWaitingOn() {
        addTasks();
        Thread.currentThread().interrupt();
        NodeDrain command = new NodeDrain(control);
        Lines.parsed(command).parseArgs("--wait", "host1");
        assertThatThrownBy(() -> command.run(session))
                .isInstanceOf(StillRunning.class)
                .hasMessageContaining("Node host1 stays drained");
    }

    @Test
    void waitForNoTaskOfALostNode() {
        addTasks();
        control.tasks.replaceAll(
                task -> task.toBuilder().setDesiredState(TaskState.SHUTDOWN).build());
        Node.Builder lost = control.nodes.get(0).toBuilder();
        lost.getStatusBuilder().setState(NodeStatus.State.DOWN);
        control.nodes.set(0, lost.build());
        assertThat(Lines.print(Lines.run(new NodeDrain(control), session, "--wait", "host1")))
                .isEqualTo("host1");
    }

    @Test
    void showCertificates() {
        Node.Builder node = control.nodes.get(0).toBuilder();
        node.getDescriptionBuilder()
                .setTlsInfo(NodeTLSInfo.newBuilder()
                        .setTrustRoot(ByteString.copyFromUtf8(control.cluster.rootCertificate()))
                        .setCertIssuerSubject(ByteString.copyFromUtf8("subject"))
                        .setCertIssuerPublicKey(ByteString.copyFromUtf8("key")));
        control.nodes.set(0, node.build());
        assertThat(Lines.print(Lines.run(new NodeInspect(control), session, "--pretty", "host1")))
                .endsWith("""
                        TLS Info:
                         TrustRoot:
                        -----BEGIN CERTIFICATE-----
                        root1
                        -----END CERTIFICATE-----
                         Issuer Subject:        c3ViamVjdA==
                         Issuer Public Key:     a2V5""");
        Outcome outcome = Lines.run(new NodeInspect(control), session, "host1");
        assertThat(((Outcome.Objects) outcome)
                        .objects()
                        .get(0)
                        .get("Description")
                        .toString())
                .contains("CertIssuerSubject=c3ViamVjdA==");
        Outcome.Table<?> table = (Outcome.Table<?>)
                Lines.run(new NodeLs(control, new FakeSwarm()), session, "--format", "{{.TLSStatus}}");
        assertThat(column(table, "TLSStatus")).containsExactly("Ready", "Unknown", "Unknown");
    }

    private static <T> List<Object> column(Outcome.Table<T> table, String field) {
        Column<T> column = table.columns().stream()
                .filter(c -> c.field().equals(field))
                .findFirst()
                .orElseThrow();
        return table.rows().stream()
                .<Object>map(row -> column.value().apply(row))
                .toList();
    }

    @Test
    void refuseOtherUpdates() {
        assertThatThrownBy(() -> Lines.run(new NodeUpdate(control), session, "--role", "boss", "host1"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("boss");
        assertThatThrownBy(() -> Lines.run(new NodeUpdate(control), session, "--availability", "gone", "host1"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("gone");
        assertThatThrownBy(() -> Lines.run(new NodeUpdate(control), session, "nope"))
                .hasMessage("no such node: nope");
    }

    @Test
    void listTasksOfThisNodeByDefault() {
        control.tasks.add(Fakes.task(Fakes.service("web", 1), 1, 1, TaskState.RUNNING));
        NodePs command = new NodePs(control, InstantSource.fixed(Fakes.NOW));
        assertThat(Lines.print(Lines.run(command, session))).contains("web.1");
        NodePs other = new NodePs(control, InstantSource.fixed(Fakes.NOW));
        assertThat(Lines.print(Lines.run(other, session, "host2", "nope")))
                .doesNotContain("web.1")
                .endsWith("Error: no such node: nope");
    }
}
