package org.skep.shell.commands.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.command.Outcome;
import org.skep.api.command.StillRunning;
import org.skep.api.node.Endpoint;
import org.skep.control.Clusters;
import org.skep.control.Swarm;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.FakeSwarm;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;
import picocli.CommandLine.ParameterException;

class SwarmCommandsTest {

    private static final String UNLOCK = """
            To unlock a swarm manager after it restarts, run the `skep swarm unlock`
            command and provide the following key:

                SWMKEY-1-%d

            Remember to store this key in a password manager, since without it you
            will not be able to restart the manager.""";

    private final FakeSwarm swarm = new FakeSwarm().outside();
    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();

    private String init(String... words) {
        return Lines.print(Lines.run(new SwarmInit(swarm, control), session, words));
    }

    @Test
    void create() {
        assertThat(init()).isEqualTo("""
                Swarm initialized: current node (%s) is now a manager.

                To add a worker to this swarm, run the following command:

                    skep swarm join --token SWMTKN-1-digest-w0 10.0.0.1:2377

                To add a manager to this swarm, run 'swarm join-token manager' and follow the instructions.
                """.formatted(Fakes.NODE));
        assertThat(swarm.creation)
                .isEqualTo(new Swarm.Creation(
                        Swarm.Addresses.CHOSEN,
                        NodeSpec.Availability.ACTIVE,
                        ClusterSpec.getDefaultInstance(),
                        List.of(),
                        0,
                        0));
    }

    @Test
    void initAsTold() {
        init(
                "--advertise-addr=eth0:2400",
                "--listen-addr=0.0.0.0:2400",
                "--data-path-addr=eth1",
                "--availability=drain",
                "--cert-expiry=1h",
                "--data-path-port=4790",
                "--default-addr-pool=10.10.0.0/16,10.11.0.0/16",
                "--default-addr-pool=10.12.0.0/16",
                "--default-addr-pool-mask-length=26",
                "--dispatcher-heartbeat=7s",
                "--max-snapshots=0",
                "--snapshot-interval=99",
                "--task-history-limit=3");
        ClusterSpec.Builder spec = ClusterSpec.newBuilder();
        spec.getCaConfigBuilder().setNodeCertExpiry(Duration.newBuilder().setSeconds(3600));
        spec.getDispatcherBuilder().setHeartbeatPeriod(Duration.newBuilder().setSeconds(7));
        spec.getRaftBuilder().setSnapshotInterval(99);
        spec.getOrchestrationBuilder().setTaskHistoryRetentionLimit(3);
        assertThat(swarm.creation)
                .isEqualTo(new Swarm.Creation(
                        new Swarm.Addresses(Optional.of("eth0:2400"), Optional.of("0.0.0.0:2400"), Optional.of("eth1")),
                        NodeSpec.Availability.DRAIN,
                        spec.build(),
                        List.of("10.10.0.0/16", "10.11.0.0/16", "10.12.0.0/16"),
                        26,
                        4790));
    }

    @Test
    void initWithALock() {
        control.cluster.cluster = locked(true);
        assertThat(init("--autolock")).endsWith("\n" + UNLOCK.formatted(0));
        assertThat(swarm.creation.spec().getEncryptionConfig().getAutoLockManagers())
                .isTrue();
    }

    private org.skep.protocol.Cluster locked(boolean locked) {
        var cluster = control.cluster.cluster.toBuilder();
        cluster.getSpecBuilder().getEncryptionConfigBuilder().setAutoLockManagers(locked);
        return cluster.build();
    }

    @Test
    void recover() {
        assertThat(init("--force-new-cluster", "--advertise-addr", "10.0.0.9"))
                .startsWith("Swarm initialized: current node (" + Fakes.NODE + ") is now a manager.\n");
        assertThat(swarm.recovered.advertise()).contains("10.0.0.9");
        assertThat(swarm.creation).isNull();
        assertThatThrownBy(() -> init("--force-new-cluster", "--autolock"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("keeps the swarm's settings");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--external-ca=x|--external-ca isn't supported yet",
                "--max-snapshots=1|--max-snapshots 1 isn't supported",
                "--data-path-port=80|'80' is not a port for data path traffic",
                "--data-path-port=50000|'50000' is not a port",
                "--default-addr-pool-mask-length=33|'33' is not a mask length",
                "--default-addr-pool=10.0.0.0/33|'10.0.0.0/33' is not an address pool",
                "--default-addr-pool=10.0.0.256/8|'10.0.0.256/8' is not an address pool",
                "--default-addr-pool=10.0.0.0/25|the pool 10.0.0.0/25 has no room for a subnet",
                "--cert-expiry=soon|'soon' is not a duration",
                "--dispatcher-heartbeat=-5s|it must not be negative",
                "--snapshot-interval=-1|'-1' is not a number of log entries",
                "--task-history-limit=x|'x' is not a number of tasks"
            })
    void refuse(String flag, String message) {
        assertThatThrownBy(() -> init(flag))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining(message);
        assertThat(swarm.creation).isNull();
    }

    @Test
    void join() {
        assertThat(Lines.print(Lines.run(new SwarmJoin(swarm), session, "--token", "SWMTKN-1-a-b", "10.0.0.1:2400")))
                .isEqualTo("This node joined a swarm as a manager.");
        assertThat(swarm.admission)
                .isEqualTo(new Swarm.Admission(
                        new Endpoint("10.0.0.1", 2400),
                        "SWMTKN-1-a-b",
                        Swarm.Addresses.CHOSEN,
                        NodeSpec.Availability.ACTIVE));
        assertThat(Lines.print(Lines.run(new SwarmJoin(swarm.worker()), session, "--token=x", "host1")))
                .isEqualTo("This node joined a swarm as a worker.");
        assertThat(swarm.admission.manager()).hasToString("host1:2377");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--token=- host1", "host1"})
    void askForTheToken(String words) {
        Lines.run(new SwarmJoin(swarm), session.typing("SWMTKN-1-typed"), words.split(" "));
        assertThat(swarm.admission.token()).isEqualTo("SWMTKN-1-typed");
    }

    @Test
    void joinInTheBackground() {
        swarm.pending = true;
        assertThatThrownBy(() -> Lines.run(new SwarmJoin(swarm), session, "--token=x", "host1"))
                .hasMessageContaining("timeout was reached before node joined");
        assertThatThrownBy(() -> Lines.run(new SwarmJoin(swarm), session, "--token=x", "host1:0"))
                .hasMessageContaining("host1:0");
    }

    @Test
    void tellWhatGoesOnAfterTheWaiting() {
        FakeSwarm joining = new FakeSwarm().pending();
        joining.interrupted = true;
        SwarmJoin command = new SwarmJoin(joining);
        Lines.parsed(command).parseArgs("--token=x", "host1");
        assertThatThrownBy(() -> command.run(session))
                .isInstanceOf(StillRunning.class)
                .hasMessageStartingWith("The attempt to join the swarm will continue");
        swarm.interrupted = true;
        SwarmJoin early = new SwarmJoin(swarm);
        Lines.parsed(early).parseArgs("--token=x", "host1");
        assertThatThrownBy(() -> early.run(session)).isExactlyInstanceOf(InterruptedException.class);
    }

    @Test
    void invite() {
        assertThat(Lines.print(Lines.run(new SwarmJoinToken(control), session, "worker")))
                .isEqualTo("""
                        To add a worker to this swarm, run the following command:

                            skep swarm join --token SWMTKN-1-digest-w0 10.0.0.1:2377
                        """);
        assertThat(Lines.print(Lines.run(new SwarmJoinToken(control), session, "--rotate", "manager")))
                .startsWith("Successfully rotated manager join token.\n\nTo add a manager to this swarm, run")
                .contains("SWMTKN-1-digest-m1");
        assertThat(Lines.print(Lines.run(new SwarmJoinToken(control), session, "-q", "manager")))
                .isEqualTo("SWMTKN-1-digest-m1");
    }

    @Test
    void unlock() {
        assertThatThrownBy(() -> Lines.run(new SwarmUnlock(swarm), session))
                .hasMessage("this node is not part of a swarm");
        Lines.run(new SwarmUnlock(swarm.locked()), session.typing("SWMKEY-1-x"));
        assertThat(swarm.unlockedWith).isEqualTo("SWMKEY-1-x");
        assertThatThrownBy(() -> Lines.run(new SwarmUnlock(swarm), session)).hasMessage("this node is not locked");
        assertThatThrownBy(() -> Lines.run(new SwarmUnlock(swarm), session, "SWMKEY-1-x"))
                .isInstanceOf(ParameterException.class)
                .hasMessageStartingWith("the key does not belong into the line");
    }

    @Test
    void showTheUnlockKey() {
        assertThatThrownBy(() -> Lines.run(new SwarmUnlockKey(control), session))
                .hasMessage("no unlock key is set");
        control.cluster.cluster = locked(true);
        assertThat(Lines.print(Lines.run(new SwarmUnlockKey(control), session))).isEqualTo(UNLOCK.formatted(0));
        assertThat(Lines.print(Lines.run(new SwarmUnlockKey(control), session, "--rotate")))
                .isEqualTo("Successfully rotated manager unlock key.\n\n" + UNLOCK.formatted(1));
        assertThat(Lines.print(Lines.run(new SwarmUnlockKey(control), session, "-q")))
                .isEqualTo("SWMKEY-1-1");
    }

    @Test
    void update() {
        assertThat(Lines.print(Lines.run(new SwarmUpdate(control), session, "--task-history-limit", "9")))
                .isEqualTo("Swarm updated.");
        assertThat(control.cluster.cluster.getSpec().getOrchestration().getTaskHistoryRetentionLimit())
                .isEqualTo(9);
        assertThat(control.cluster.cluster.getSpec().getRaft().getSnapshotInterval())
                .isEqualTo(10_000);
        assertThat(Lines.print(Lines.run(new SwarmUpdate(control), session, "--autolock")))
                .isEqualTo("Swarm updated.\n" + UNLOCK.formatted(0));
        assertThat(Lines.print(Lines.run(new SwarmUpdate(control), session, "--autolock=false")))
                .isEqualTo("Swarm updated.");
        assertThatThrownBy(() -> Lines.run(new SwarmUpdate(control), session))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("nothing to update");
    }

    @Test
    void showTheRoot() {
        assertThat(Lines.print(Lines.run(new SwarmCa(control), session)))
                .isEqualTo("-----BEGIN CERTIFICATE-----\nroot1\n-----END CERTIFICATE-----");
        assertThatThrownBy(() -> Lines.run(new SwarmCa(control), session, "--cert-expiry", "1h"))
                .hasMessage("--cert-expiry requires the --rotate flag to update the CA");
    }

    @Test
    void rotateTheRoot() {
        control.cluster.rotations.add(new Clusters.Rotation(true, 0, 3));
        control.cluster.rotations.add(new Clusters.Rotation(true, 1, 3));
        assertThat(Lines.print(Lines.run(new SwarmCa(control), session, "--rotate", "--cert-expiry", "2h")))
                .contains("root2");
        assertThat(session.warned()).isEqualTo("""
                rotated TLS certificates: 0/3 nodes
                rotated TLS certificates: 1/3 nodes
                rotated TLS certificates: 3/3 nodes
                """);
        assertThat(control.cluster.signer).isEmpty();
        assertThat(control.cluster
                        .cluster
                        .getSpec()
                        .getCaConfig()
                        .getNodeCertExpiry()
                        .getSeconds())
                .isEqualTo(7200);
    }

    @Test
    void rotateTheRootToAGivenOne() {
        session.file("ca.pem", "C").file("ca.key", "K");
        assertThat(Lines.print(Lines.run(
                        new SwarmCa(control), session, "--rotate", "-d", "--ca-cert", "ca.pem", "--ca-key", "ca.key")))
                .isEmpty();
        assertThat(control.cluster.signer).contains(new Clusters.Signer("C", "K"));
        assertThatThrownBy(() -> Lines.run(new SwarmCa(control), session, "--rotate", "--ca-cert", "ca.pem"))
                .hasMessage("--ca-cert and --ca-key go together");
    }

    @Test
    void inviteThoughNoManagersAddressIsKnown() {
        control.cluster.managers = List.of();
        assertThat(Lines.print(Lines.run(new SwarmJoinToken(control), session, "worker")))
                .contains("swarm join --token SWMTKN-1-digest-w0 HOST:PORT");
    }

    @Test
    void leave() {
        init();
        assertThatThrownBy(() -> Lines.run(new SwarmLeave(swarm), session)).hasMessage("this node is a manager");
        assertThat(Lines.print(Lines.run(new SwarmLeave(swarm), session, "-f"))).isEqualTo("Node left the swarm.");
        assertThat(swarm.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    private static Clusters.ManagersStatus three(String leader, boolean lost, int mayFail, boolean others) {
        return new Clusters.ManagersStatus(
                Fakes.NODE,
                leader,
                4,
                120,
                119,
                lost,
                mayFail,
                List.of(
                        new Clusters.Manager("node2", "host2", "10.0.0.2:2377", true, false, others, others ? 3 : -1),
                        new Clusters.Manager(Fakes.NODE, "host1", "10.0.0.1:2377", true, !leader.isEmpty(), true, 0),
                        new Clusters.Manager("node3", "host3", "10.0.0.3:2377", false, false, others, 7)));
    }

    private String status(FakeSwarm place, String... words) {
        return Lines.print(Lines.run(new SwarmStatus(place, control), session, words));
    }

    @Test
    void tellHowManagersStand() {
        control.cluster.status = three(Fakes.NODE, false, 1, true);
        assertThat(status(new FakeSwarm())).isEqualTo("""
                Cluster ID:             cluster1
                Leader:                 host1
                Term:                   4
                Commit index:           120
                Applied index:          119
                Fault tolerance:        one more manager may fail

                ID                           HOSTNAME  ADDRESS        STATUS               LAG
                node1aaaaaaaaaaaaaaaaaaaa *  host1     10.0.0.1:2377  Leader               0
                node2                        host2     10.0.0.2:2377  Reachable            3
                node3                        host3     10.0.0.3:2377  Reachable (joining)  7""");
    }

    @Test
    void tellWhatHoldsUpAChangeOfRole() {
        control.cluster.status = three(Fakes.NODE, false, 1, true);
        Node.Builder waits = Fakes.node("node4", "host4", true).toBuilder().clearManagerStatus();
        waits.getStatusBuilder().setMessage("cannot be given a vote yet: it does not answer");
        control.nodes.add(waits.build());
        assertThat(status(new FakeSwarm())).endsWith("\n\nhost4: cannot be given a vote yet: it does not answer");

        control.cluster.status = three("", true, 0, false);
        assertThat(status(new FakeSwarm())).doesNotContain("host4");
    }

    @ParameterizedTest
    @CsvSource({"0,no manager may fail", "1,one more manager may fail", "2,two more managers may fail"})
    void tellTheMargin(int mayFail, String words) {
        control.cluster.status = three(Fakes.NODE, false, mayFail, true);
        assertThat(status(new FakeSwarm())).contains("Fault tolerance:        " + words + "\n");
    }

    @Test
    void tellThatQuorumIsLost() {
        control.cluster.status = three("", true, 0, false);
        assertThat(status(new FakeSwarm().pending()))
                .contains("Leader:                 none\n")
                .contains("quorum is lost: 1 of 2 managers answers. Bring others back; if they are gone for good, run"
                        + " 'swarm init --force-new-cluster' here\n")
                .contains("Unreachable            unknown\n");
    }

    @Test
    void tellProgramsHowManagersStand() {
        control.cluster.status = three(Fakes.NODE, false, 1, true);
        Map<String, Object> tree = ((Outcome.Objects)
                        Lines.run(new SwarmStatus(new FakeSwarm(), control), session, "--format", "json"))
                .objects()
                .get(0);
        assertThat(tree)
                .containsEntry("Leader", Fakes.NODE)
                .containsEntry("MayFail", 1)
                .containsEntry("LostQuorum", false);
        assertThat(((List<?>) tree.get("Managers"))).hasSize(3);
    }

    @Test
    void tellWhatAnErrorNeeds() {
        assertThat(status(new FakeSwarm().damaged()))
                .startsWith("Swarm:                  error\n")
                .contains("cannot use keys: gone\n")
                .endsWith("restore it");
    }

    @Test
    void tellWhatAWorkerKnows() {
        assertThat(status(new FakeSwarm().worker()))
                .contains("Swarm:                  active\n")
                .contains("Managers:               10.0.0.1:2377, 10.0.0.2:2377\n")
                .endsWith("this node is a worker: ask a manager");
        assertThat(status(swarm)).startsWith("Swarm:                  inactive\n");
        assertThat(status(new FakeSwarm().locked())).endsWith("unlock this manager with 'swarm unlock'");
    }
}
