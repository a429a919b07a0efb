package org.skep.control.local;

import static org.skep.control.local.Rows.bad;
import static org.skep.control.local.Rows.container;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ContainerSpec.Ulimit;
import org.skep.protocol.ServiceSpec;

class KernelRulesTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                bad("capability", "INVALID_ARGUMENT", "\"a b\" is not a capability", s -> container(s)
                        .addCapabilityAdd("a b")),
                bad("group", "INVALID_ARGUMENT", "\"a b\" is not a group", s -> container(s)
                        .addGroups("a b")),
                bad("sysctl", "INVALID_ARGUMENT", "\"x=1\" is not a sysctl", s -> container(s)
                        .putSysctls("x", "1")),
                bad("sysctl without a name", "INVALID_ARGUMENT", "is not a sysctl", s -> container(s)
                        .putSysctls("", "1")),
                bad("ulimit", "INVALID_ARGUMENT", "there is no such limit (one of core", s -> container(s)
                        .addUlimits(ulimit("files", 1, 2))),
                bad("negative ulimit", "INVALID_ARGUMENT", "nofile=-2:5 is negative", s -> container(s)
                        .addUlimits(ulimit("nofile", -2, 5))),
                bad(
                        "soft above hard",
                        "INVALID_ARGUMENT",
                        "nofile=6:5: the soft limit is above the hard one",
                        s -> container(s).addUlimits(ulimit("nofile", 6, 5))),
                bad("no soft limit", "INVALID_ARGUMENT", "nofile=-1:5", s -> container(s)
                        .addUlimits(ulimit("nofile", -1, 5))),
                bad("ulimit twice", "INVALID_ARGUMENT", "nofile is given twice", s -> container(s)
                        .addUlimits(ulimit("nofile", 1, 2))
                        .addUlimits(ulimit("nofile", 1, 3))),
                bad("OOM score", "INVALID_ARGUMENT", "1001 is out of range (from -1000 to 1000", s -> container(s)
                        .setOomScoreAdj(1001)),
                bad("low OOM score", "INVALID_ARGUMENT", "-1001", s -> container(s)
                        .setOomScoreAdj(-1001)),
                bad("isolation", "INVALID_ARGUMENT", "unknown isolation 7", s -> container(s)
                        .setIsolationValue(7)),
                bad("host without a name", "INVALID_ARGUMENT", "\"10.0.0.5\" is not a host entry", s -> container(s)
                        .addHosts("10.0.0.5")),
                bad(
                        "host without an address",
                        "INVALID_ARGUMENT",
                        "\"db 10.0.0.5\" is not a host entry",
                        s -> container(s).addHosts("db 10.0.0.5")),
                bad("empty host", "INVALID_ARGUMENT", "is not a host entry", s -> container(s)
                        .addHosts("")),
                bad("DNS server", "INVALID_ARGUMENT", "\"ns1\" is not an IP address", s -> container(s)
                        .getDnsConfigBuilder()
                        .addNameservers("ns1")),
                bad("DNS search", "INVALID_ARGUMENT", "\"a b\" is not a domain", s -> container(s)
                        .getDnsConfigBuilder()
                        .addSearch("a b")),
                bad("DNS option", "INVALID_ARGUMENT", "\"\" is not a DNS option", s -> container(s)
                        .getDnsConfigBuilder()
                        .addOptions("")));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        Rows.assertRefused(code, fragment, change);
    }

    @Test
    void acceptsAllThatThereIs() {
        ServiceSpec.Builder spec = Manager.spec("web").toBuilder();
        container(spec)
                .setTty(true)
                .addGroups("audio")
                .addGroups("1001")
                .addCapabilityDrop("all")
                .putSysctls("net.core.somaxconn", "1024")
                .addUlimits(ulimit("nofile", 1024, 2048))
                .addUlimits(ulimit("memlock", -1, -1))
                .addUlimits(ulimit("core", 0, -1))
                .setOomScoreAdj(-1000)
                .setPidsLimit(100)
                .setIsolation(ContainerSpec.Isolation.ISOLATION_PROCESS)
                .addHosts("10.0.0.5 db db.example.test")
                .addHosts("2001:db8::1 six")
                .addHosts("host-gateway host")
                .getDnsConfigBuilder()
                .addNameservers("10.0.0.53")
                .addSearch("example.test")
                .addSearch(".")
                .addOptions("ndots:2");

        ServiceRules.check(spec.build());
    }

    private static Ulimit.Builder ulimit(String name, long soft, long hard) {
        return Ulimit.newBuilder().setName(name).setSoft(soft).setHard(hard);
    }
}
