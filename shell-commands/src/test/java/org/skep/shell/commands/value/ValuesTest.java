package org.skep.shell.commands.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.protocol.Mount;
import org.skep.protocol.NetworkAttachmentConfig;
import org.skep.protocol.PortConfig;
import picocli.CommandLine.TypeConversionException;

class ValuesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "10s, 10000000000",
        "1m30s, 90000000000",
        "1h, 3600000000000",
        "1.5s, 1500000000",
        "250ms, 250000000",
        "3us, 3000",
        "7ns, 7",
        ".5s, 500000000"
    })
    void readsDurations(String text, long nanos) {
        assertThat(GoDuration.parse(text)).isEqualTo(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-5s", "5 s", "1d", "99999999999999h", "1h-5m", "\u0000", "1e9s"})
    void refusesOtherDurations(String text) {
        assertThatThrownBy(() -> GoDuration.parse(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessageContaining("is not a duration")
                .message()
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "10000000000, 10s",
        "90000000000, 1m30s",
        "3600000000000, 1h0m0s",
        "250000000, 250ms",
        "1500000000, 1.5s",
        "1500, 1.5µs",
        "7, 7ns"
    })
    void printsDurations(long nanos, String text) {
        assertThat(GoDuration.print(Duration.ofNanos(nanos))).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "1b, 1",
        "4k, 4096",
        "512m, 536870912",
        "1.5g, 1610612736",
        "64KiB, 65536",
        "2GB, 2147483648",
        "1t, 1099511627776"
    })
    void readsSizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "m", "12x", "1..5g", "99999999999999999999", "9999999999999p", "1,5g"})
    void refusesOtherSizes(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).hasMessageContaining("is not a size");
    }

    @ParameterizedTest
    @CsvSource({"512, 512B", "4194304, 4MiB", "2097152000, 1.953GiB", "1610612736, 1.5GiB"})
    void printsSizes(long bytes, String text) {
        assertThat(ByteSize.print(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000000000", "0.5, 500000000", ".25, 250000000", "0.000000001, 1"})
    void readsCpus(String text, long nano) {
        assertThat(Cpus.parseNano(text)).isEqualTo(nano);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "one", "1e3", "0.0000000001", "9999999999999", "."})
    void refusesOtherCpus(String text) {
        assertThatThrownBy(() -> Cpus.parseNano(text)).hasMessageContaining("is not a number of CPUs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "x", "", "1.5", "99999999999999999999999", "1000001"})
    void refusesOtherReplicas(String text) {
        assertThatThrownBy(() -> Counts.replicas(text)).hasMessageContaining("use 0 to 1000000");
    }

    @Test
    void publishesOnTheHost() {
        assertThat(Ports.parse("mode=host,published=8080,target=80,protocol=udp"))
                .containsExactly(PortConfig.newBuilder()
                        .setPublishMode(PortConfig.PublishMode.HOST)
                        .setProtocol(PortConfig.Protocol.UDP)
                        .setPublishedPort(8080)
                        .setTargetPort(80)
                        .build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "8080:80|use mode=host,published=8080,target=80",
                "80|use mode=host,target=80",
                "53:53/udp|use mode=host,published=53,target=53,protocol=udp",
                "8000-8001:80-81|use mode=host,published=8000,target=80",
                "published=8080,target=80|use mode=host,published=8080,target=80",
                "127.0.0.1:80:80|a host address cannot be given",
                "80-90:80|same length",
                "90-80:90-80|runs backwards",
                "0:80|0 is not within 1 to 65535",
                "65536:80|65536 is not within",
                "mode=host,target=99999|99999 is not within",
                "mode=host,published=80|target is missing",
                "mode=host,target=eighty|'eighty' is not a number",
                "mode=bridge,target=80|mode is host or ingress, not 'bridge'",
                "mode=host,target=80,protocol=icmp|protocol is tcp, udp or sctp",
                "mode=host,target=80,color=red|'color' is not target, published",
                "x|is not a port",
                "-1|is not a port"
            })
    void refusesOtherPorts(String text, String reason) {
        assertThatThrownBy(() -> Ports.parse(text)).hasMessageContaining(reason).hasMessageContaining(text);
    }

    @Test
    void removesPortsByTarget() {
        assertThat(Ports.parseTarget("80/udp"))
                .singleElement()
                .returns(80, PortConfig::getTargetPort)
                .returns(PortConfig.Protocol.UDP, PortConfig::getProtocol);
    }

    @Test
    void mountsVolumesBindsAndMemory() {
        assertThat(Mounts.parse(
                        "source=data,target=/data,readonly,volume-driver=nfs,volume-opt=server=h,\"volume-opt=o=a,b\""))
                .returns(Mount.Type.VOLUME, Mount::getType)
                .returns("data", Mount::getSource)
                .returns(true, Mount::getReadonly)
                .returns(
                        Map.of("server", "h", "o", "a,b"),
                        mount -> mount.getVolumeOptions().getDriverConfig().getOptionsMap());
        assertThat(Mounts.parse("type=bind,src=/etc,dst=/conf,ro=false,bind-propagation=rslave"))
                .returns(Mount.Type.BIND, Mount::getType)
                .returns(false, Mount::getReadonly)
                .returns(Mount.BindOptions.Propagation.RSLAVE, mount -> mount.getBindOptions()
                        .getPropagation());
        assertThat(Mounts.parse("type=tmpfs,destination=/run,tmpfs-size=64m,tmpfs-mode=1770"))
                .returns(64L << 20, mount -> mount.getTmpfsOptions().getSizeBytes())
                .returns(01770, mount -> mount.getTmpfsOptions().getMode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "source=data|target is missing",
                "/data:/data|'/data:/data' is unknown",
                "type=disk,target=/x|type is volume, bind or tmpfs",
                "type=cluster,target=/x|aren't supported yet",
                "source=data,target=x|not absolute",
                "type=bind,source=etc,target=/x|must be an absolute path",
                "type=bind,target=/x|must be an absolute path",
                "type=tmpfs,source=a,target=/x|it has no source",
                "source=/etc,target=/x|type=bind mounts a path",
                "target=/x,readonly=maybe|true or false",
                "target=/x,bind-propagation=shared|of another type than volume",
                "type=bind,source=/a,target=/x,bind-propagation=up|one of rprivate, private",
                "type=tmpfs,target=/x,tmpfs-mode=999|octal",
                "type=tmpfs,target=/x,tmpfs-size=-1|is not a size",
                "target=|needs a value"
            })
    void refusesOtherMounts(String text, String reason) {
        assertThatThrownBy(() -> Mounts.parse(text)).hasMessageContaining(reason);
    }

    @Test
    void takesBareVariablesFromTheClient() {
        assertThat(EnvVar.parse("A=1=2").resolve(name -> Optional.empty())).isEqualTo("A=1=2");
        assertThat(EnvVar.parse("HOME").resolve(name -> Optional.of("/root"))).isEqualTo("HOME=/root");
        assertThat(EnvVar.parse("NONE").resolve(name -> Optional.empty())).isEqualTo("NONE");
        assertThatThrownBy(() -> EnvVar.parse("=1")).hasMessageContaining("is not an environment variable");
        assertThatThrownBy(() -> EnvVar.parse("A B=1")).hasMessageContaining("white space");
    }

    @Test
    void laterVariablesReplaceEarlierOnes() {
        assertThat(EnvVar.merge(List.of("A=1", "B=2"), List.of("A=3", "C=4"))).containsExactly("A=3", "B=2", "C=4");
    }

    @Test
    void readsEnvironmentFiles() {
        byte[] file = "\uFEFF# comment\n\n  A=1\r\nB= two words \nHOME\nUNKNOWN\nQ=\"quoted\"\n"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertThat(EnvFile.parse("app.env", file, name -> name.equals("HOME") ? Optional.of("/h") : Optional.empty()))
                .containsExactly("A=1", "B= two words ", "HOME=/h", "Q=\"quoted\"");
    }

    @Test
    void refusesOtherEnvironmentFiles() {
        assertThatThrownBy(() -> EnvFile.parse("f", "A=1\nB C=1".getBytes(), name -> Optional.empty()))
                .isInstanceOf(SkepException.class)
                .hasMessage("'f' is not an environment file: line 2: 'B C' has white space");
        assertThatThrownBy(() -> EnvFile.parse("f", "=1".getBytes(), name -> Optional.empty()))
                .hasMessageContaining("line 1 has no variable name");
        assertThatThrownBy(() -> EnvFile.parse("f", new byte[] {(byte) 0xff, 0}, name -> Optional.empty()))
                .hasMessageContaining("not UTF-8");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "sh -c 'echo hi'|sh;-c;echo hi",
                "a \"b c\"  d|a;b c;d",
                "a\\ b|a b",
                "\"a \\\"b\\\" $x\"|a \"b\" $x",
                "a''b|ab",
                "'' x|;x"
            })
    void splitsCommands(String text, String words) {
        assertThat(ShellWords.split(text).stream().collect(Collectors.joining(";")))
                .isEqualTo(words);
    }

    @Test
    void refusesOpenQuotes() {
        assertThatThrownBy(() -> ShellWords.split("sh -c 'x")).hasMessageContaining("a quote is not closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SIGTERM", "term", "9", "SIGRTMIN+3", "usr1"})
    void knowsSignals(String signal) {
        assertThat(Signals.parse(signal)).isEqualTo(signal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "SIGNOPE", "0", "65", "-9", "SIG"})
    void refusesOtherSignals(String signal) {
        assertThatThrownBy(() -> Signals.parse(signal)).hasMessageContaining("is not a signal");
    }

    @ParameterizedTest
    @CsvSource({"net_admin, CAP_NET_ADMIN", "CAP_CHOWN, CAP_CHOWN", "all, ALL"})
    void completesCapabilities(String text, String capability) {
        assertThat(Capabilities.parse(text)).isEqualTo(capability);
    }

    @ParameterizedTest
    @ValueSource(strings = {"node.role==manager", "node.labels.disk != ssd", "engine.labels.a==b c"})
    void acceptsConstraints(String text) {
        assertThat(Constraints.parse(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "node.role", "node.role=manager", "==x", "node.role==", "a b==c", "node.role>3"})
    void refusesOtherConstraints(String text) {
        assertThatThrownBy(() -> Constraints.parse(text)).hasMessageContaining("is not a constraint");
    }

    @Test
    void readsNetworks() {
        assertThat(NetworkOption.parse("front").getTarget()).isEqualTo("front");
        assertThat(NetworkOption.parse("name=front,alias=a,alias=b,driver-opt=k=v"))
                .isEqualTo(NetworkAttachmentConfig.newBuilder()
                        .setTarget("front")
                        .addAliases("a")
                        .addAliases("b")
                        .putDriverAttachmentOpts("k", "v")
                        .build());
        assertThatThrownBy(() -> NetworkOption.parse("alias=a")).hasMessageContaining("its name is missing");
        assertThatThrownBy(() -> NetworkOption.parse("name=a,ip=1.2.3.4"))
                .hasMessageContaining("ip isn't supported yet");
        assertThatThrownBy(() -> NetworkOption.parse("name=a,x=1")).hasMessageContaining("'x' is not name, alias");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a:b:c", "a:", "\u0007"})
    void refusesOtherUsers(String text) {
        assertThatThrownBy(() -> UserName.parse(text)).hasMessageContaining("is not a user");
    }

    @ParameterizedTest
    @ValueSource(strings = {"web", "web-1.example.org", "{{.Node.Hostname}}-{{.Task.Slot}}", "a_b"})
    void acceptsHostNames(String text) {
        assertThat(HostName.parse(text)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-a", "a..b", "a/b", "a-"})
    void refusesOtherHostNames(String text) {
        assertThatThrownBy(() -> HostName.parse(text)).hasMessageContaining("is not a host name");
    }

    @Test
    void readsMoments() {
        Instant now = Instant.parse("2026-11-20T12:00:00Z");
        assertThat(Since.parse("42m").from(now)).isEqualTo("2026-11-20T11:18:00Z");
        assertThat(Since.parse("2026-01-02T15:04:05Z").from(now)).isEqualTo("2026-01-02T15:04:05Z");
        assertThat(Since.parse("2026-01-02T15:04:05.5+02:00").from(now)).isEqualTo("2026-01-02T13:04:05.5Z");
        assertThat(Since.parse("2026-01-02").from(now)).isEqualTo("2026-01-02T00:00:00Z");
        assertThat(Since.parse("1136073845.25").from(now)).isEqualTo("2006-01-01T00:04:05.25Z");
        assertThatThrownBy(() -> Since.parse("yesterday")).hasMessageContaining("is not a moment");
        assertThatThrownBy(() -> Since.parse("2026-13-45")).hasMessageContaining("is not a moment");
    }

    @Test
    void keepsHugeAndBinaryValuesOnOneShortLine() {
        assertThatThrownBy(() -> Ports.parse("x\n\u001b[2J".repeat(100_000)))
                .message()
                .hasSizeLessThan(200)
                .doesNotContain("\n", "\u001b");
    }
}
