package org.skep.shell.commands.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.command.Outcome;
import org.skep.protocol.Annotations;
import org.skep.protocol.Driver;
import org.skep.protocol.IPAMConfig;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Lines;

class NetworkCommandsTest {

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();

    private void create(String... words) {
        Lines.run(new NetworkCreate(control), session, words);
    }

    @Test
    void create() {
        create(
                "--subnet",
                "10.5.0.0/16",
                "--gateway",
                "10.5.0.1",
                "--ip-range",
                "10.5.1.0/24",
                "-o",
                "k=v",
                "--label",
                "a=b",
                "--internal",
                "--attachable",
                "front");
        assertThat(control.networks.get(0).getSpec())
                .isEqualTo(NetworkSpec.newBuilder()
                        .setAnnotations(
                                Annotations.newBuilder().setName("front").putLabels("a", "b"))
                        .setDriverConfig(Driver.newBuilder().setName("bridge").putOptions("k", "v"))
                        .setInternal(true)
                        .setAttachable(true)
                        .setIpam(org.skep.protocol.IPAMOptions.newBuilder()
                                .addConfigs(IPAMConfig.newBuilder()
                                        .setFamily(IPAMConfig.AddressFamily.IPV4)
                                        .setSubnet("10.5.0.0/16")
                                        .setGateway("10.5.0.1")
                                        .setRange("10.5.1.0/24")))
                        .build());
    }

    @Test
    void listInspectAndRemove() {
        create("back");
        create("-d", "host", "front");
        control.networks.add(Network.newBuilder()
                .setId("predefined")
                .setSpec(NetworkSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder()
                                .setName("bridge")
                                .putLabels("com.docker.swarm.predefined", "true"))
                        .setDriverConfig(Driver.newBuilder().setName("bridge")))
                .build());
        assertThat(Lines.print(Lines.run(new NetworkLs(control), session))).isEqualTo("""
                        NETWORK ID  NAME    DRIVER  SCOPE
                        netback     back    bridge  swarm
                        predefined  bridge  bridge  local
                        netfront    front   host    swarm""");
        assertThat(Lines.print(
                        Lines.run(new NetworkLs(control), session, "-q", "-f", "type=custom", "-f", "driver=host")))
                .isEqualTo("netfront");
        Outcome.Objects inspected = (Outcome.Objects) Lines.run(new NetworkInspect(control), session, "back");
        assertThat(inspected.objects().get(0))
                .containsEntry("Name", "back")
                .containsEntry("Id", "netback")
                .containsEntry("Driver", "bridge")
                .containsEntry("Scope", "swarm");
        assertThat(Lines.print(Lines.run(new NetworkRm(control), session, "back", "gone")))
                .isEqualTo("back\nError: no such network: gone");
        assertThat(Lines.print(Lines.run(new NetworkRm(control), session, "-f", "gone")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--ipv6",
                "--ingress",
                "--config-only",
                "--config-from=x",
                "--aux-address=a=b",
                "--ipam-driver=x",
                "--ipam-opt=a=b",
                "--ipv4=false"
            })
    void refuseFlagsOfLater(String flag) {
        assertThatThrownBy(() -> create(flag, "front")).hasMessage(flag.split("=")[0] + " isn't supported yet");
    }

    @Test
    void refuseWhatIsWrongWithTheLine() {
        assertThatThrownBy(() -> create("--scope", "local", "x"))
                .hasMessageContaining("'local' is not a supported scope");
        assertThatThrownBy(() -> create("--gateway", "10.0.0.1", "x")).hasMessageContaining("needs a --subnet");
        assertThatThrownBy(() -> create("-o", "=v", "x")).hasMessageContaining("the key is missing");
        assertThatThrownBy(() -> create(new String[0])).hasMessageContaining("NETWORK");
    }
}
