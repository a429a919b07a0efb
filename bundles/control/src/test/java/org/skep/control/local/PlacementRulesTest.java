package org.skep.control.local;

import static org.skep.control.local.Rows.bad;
import static org.skep.control.local.Rows.placement;

import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.protocol.GlobalJob;
import org.skep.protocol.GlobalService;
import org.skep.protocol.PlacementPreference;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.SpreadOver;

class PlacementRulesTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                bad("no operator", "INVALID_CONSTRAINT", "expected KEY==VALUE", s -> placement(s)
                        .addConstraints("node.role~worker")),
                bad("blank constraint", "INVALID_CONSTRAINT", "expected KEY==VALUE", s -> placement(s)
                        .addConstraints(" ")),
                bad("constraint without a value", "INVALID_CONSTRAINT", "the value is missing", s -> placement(s)
                        .addConstraints("node.role== ")),
                bad("key with a digit", "INVALID_CONSTRAINT", "1node", s -> placement(s)
                        .addConstraints("1node==a")),
                bad("bad value", "INVALID_CONSTRAINT", "not allowed", s -> placement(s)
                        .addConstraints("node.id==a&b")),
                bad("unknown key", "INVALID_CONSTRAINT", "\"node.rule\" is not a key", s -> placement(s)
                        .addConstraints("node.rule==a")),
                bad("label without a name", "INVALID_CONSTRAINT", "node.labels.NAME", s -> placement(s)
                        .addConstraints("node.labels.==a")),
                bad("long constraint", "INVALID_CONSTRAINT", "too long", s -> placement(s)
                        .addConstraints("node.role==" + "a".repeat(1 << 16))),
                bad("empty preference", "INVALID_PLACEMENT", "unknown placement preference", s -> placement(s)
                        .addPreferences(PlacementPreference.getDefaultInstance())),
                bad(
                        "preference",
                        "INVALID_PLACEMENT",
                        "\"node.id\" (node.labels.NAME or engine.labels.NAME",
                        s -> placement(s).addPreferences(over("node.id"))),
                bad("preference without a name", "INVALID_PLACEMENT", "node.labels.", s -> placement(s)
                        .addPreferences(over("node.labels."))),
                bad("many preferences", "INVALID_PLACEMENT", "17 placement preferences are too many", s -> {
                    for (int i = 0; i < 17; i++) {
                        placement(s).addPreferences(over("node.labels.a" + i));
                    }
                }),
                bad("negative maximum", "INVALID_PLACEMENT", "-3", s -> placement(s)
                        .setMaxReplicas(-3)),
                bad("maximum of a global service", "INVALID_PLACEMENT", "at most 2 replicas per node", s -> placement(
                                s.setGlobal(GlobalService.getDefaultInstance()))
                        .setMaxReplicas(2)),
                bad("maximum of a global job", "INVALID_PLACEMENT", "at most 2 replicas per node", s -> placement(
                                s.setGlobalJob(GlobalJob.getDefaultInstance()))
                        .setMaxReplicas(2)));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        Rows.assertRefused(code, fragment, change);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node.id==a",
                "node.hostname != web-1",
                "node.ip==10.0.0.0/8",
                "NODE.ROLE==manager",
                "node.platform.os==linux",
                "node.platform.arch!=arm64",
                "node.labels.zone==east side",
                "engine.labels.com.example.disk == ssd"
            })
    void acceptsConstraints(String constraint) {
        ServiceSpec.Builder spec = Manager.spec("web").toBuilder();
        placement(spec).addConstraints(constraint);

        ServiceRules.check(spec.build());
    }

    @Test
    void acceptsPreferences() {
        ServiceSpec.Builder spec = Manager.spec("web").toBuilder();
        placement(spec).addPreferences(over("node.labels.zone")).addPreferences(over("engine.labels.rack"));

        ServiceRules.check(spec.build());
    }

    private static PlacementPreference.Builder over(String label) {
        return PlacementPreference.newBuilder()
                .setSpread(SpreadOver.newBuilder().setSpreadDescriptor(label));
    }
}
