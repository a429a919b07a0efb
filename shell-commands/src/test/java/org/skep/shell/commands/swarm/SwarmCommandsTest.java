package org.skep.shell.commands.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.control.Swarm;
import org.skep.protocol.NodeSpec;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.FakeSwarm;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;
import picocli.CommandLine.ParameterException;

class SwarmCommandsTest {

    private final FakeSwarm swarm = new FakeSwarm().outside();
    private final FakeSession session = new FakeSession();

    @Test
    void init() {
        assertThat(Lines.print(Lines.run(new SwarmInit(swarm), session)))
                .isEqualTo("Swarm initialized: current node (" + Fakes.NODE + ") is now a manager.");
        assertThat(swarm.availability).isEqualTo(NodeSpec.Availability.ACTIVE);
        Lines.run(new SwarmInit(swarm), session, "--availability=drain");
        assertThat(swarm.availability).isEqualTo(NodeSpec.Availability.DRAIN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--advertise-addr=10.0.0.1",
                "--autolock",
                "--cert-expiry=1h",
                "--data-path-addr=eth0",
                "--data-path-port=4789",
                "--default-addr-pool=10.0.0.0/8",
                "--default-addr-pool-mask-length=24",
                "--dispatcher-heartbeat=5s",
                "--external-ca=x",
                "--force-new-cluster",
                "--listen-addr=0.0.0.0",
                "--max-snapshots=1",
                "--snapshot-interval=10",
                "--task-history-limit=3"
            })
    void refuseFlagsOfLater(String flag) {
        assertThatThrownBy(() -> Lines.run(new SwarmInit(swarm), session, flag))
                .isInstanceOf(ParameterException.class)
                .hasMessage(flag.split("=")[0] + " isn't supported yet");
        assertThat(swarm.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    @Test
    void leave() {
        swarm.init(NodeSpec.Availability.ACTIVE);
        assertThatThrownBy(() -> Lines.run(new SwarmLeave(swarm), session)).hasMessage("this node is a manager");
        assertThat(Lines.print(Lines.run(new SwarmLeave(swarm), session, "-f"))).isEqualTo("Node left the swarm.");
        assertThat(swarm.status().state()).isEqualTo(Swarm.State.INACTIVE);
    }
}
