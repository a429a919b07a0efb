package org.skep.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.protocol.Annotations;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeRole;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeStatus;
import org.skep.protocol.Platform;

class ConstraintTest {

    private static final Node NODE = Node.newBuilder()
            .setId("Node1")
            .setRole(NodeRole.NODE_ROLE_MANAGER)
            .setSpec(NodeSpec.newBuilder()
                    .setAnnotations(Annotations.newBuilder()
                            .putLabels("zone", "East")
                            .putLabels("star", "a*")
                            .putLabels("Case", "1")))
            .setDescription(NodeDescription.newBuilder()
                    .setHostname("alpha")
                    .setPlatform(Platform.newBuilder().setOs("linux").setArchitecture("x86_64"))
                    .setEngine(EngineDescription.newBuilder().putLabels("disk.kind", "ssd")))
            .setStatus(NodeStatus.newBuilder().setAddr("10.1.2.3"))
            .build();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "   ",
                "node.id",
                "node.id=x",
                "node.id~x",
                "1node==x",
                "no de==x",
                "no*de==x",
                "no$de==x",
                "==x",
                " == x",
                "n==x",
                "node.id==",
                "node.id==  ",
                "node.id==a=b",
                "node.id==a,b",
                "node.id=== x"
            })
    void wrongExpressionsAreRefusedByName(String expression) {
        assertThatThrownBy(() -> Constraint.parse(expression))
                .isInstanceOf(InvalidConstraintException.class)
                .hasMessageStartingWith("invalid constraint '" + expression + "': ");
    }

    @ParameterizedTest
    @CsvSource({
        "'node.id==a', node.id, EQUAL, a",
        "'  node.id  ==  a  ', node.id, EQUAL, a",
        "'NODE.ID!=A', NODE.ID, NOT_EQUAL, A",
        "'_x.y-z==1', _x.y-z, EQUAL, 1",
        "'node.labels.a==[a-b]+c*(n|b)/', node.labels.a, EQUAL, '[a-b]+c*(n|b)/'",
        "'node.labels.a==with space', node.labels.a, EQUAL, with space"
    })
    void rightExpressionsAreRead(String expression, String key, Constraint.Operator operator, String value) {
        assertThat(Constraint.parse(expression)).isEqualTo(new Constraint(key, operator, value));
    }

    @ParameterizedTest
    @CsvSource({
        "node.id==node1, true",
        "node.id!=node1, false",
        "node.id==node, false",
        "node.id==node12, false",
        "Node.HostName==ALPHA, true",
        "node.hostname!=beta, true",
        "node.role==manager, true",
        "node.role==Worker, false",
        "node.role!=worker, true",
        "node.platform.os==Linux, true",
        "node.platform.arch==x86_64, true",
        "node.platform.arch!=aarch64, true",
        "node.ip==10.1.2.3, true",
        "node.ip==10.1.2.4, false",
        "node.ip!=10.1.2.4, true",
        "node.ip==10.1.0.0/16, true",
        "node.ip==10.1.2.0/31, false",
        "node.ip!=10.2.0.0/16, true",
        "node.ip==10.1.0.0/64, false",
        "node.ip!=nonsense, false",
        "node.ip==fe80::1, false",
        "node.labels.zone==east, true",
        "node.labels.zone!=west, true",
        "node.labels.zone==eas, false",
        "node.labels.star==a*, true",
        "node.labels.star==ab, false",
        "NODE.LABELS.zone==east, true",
        "node.labels.case==1, false",
        "node.labels.none==x, false",
        "node.labels.none!=x, true",
        "engine.labels.disk.kind==ssd, true",
        "engine.labels.disk.kind!=ssd, false",
        "node.labels.==x, false",
        "node.colour==x, false",
        "node.colour!=x, false"
    })
    void nodesAreMatched(String expression, boolean met) {
        assertThat(Constraint.parse(expression).metBy(NODE)).isEqualTo(met);
    }

    @Test
    void everyConstraintHasToBeMet() {
        var both = Constraint.parseAll(List.of("node.role==manager", "node.labels.zone==west"));

        assertThat(Constraint.allMet(both, NODE)).isFalse();
        assertThat(Constraint.allMet(both.subList(0, 1), NODE)).isTrue();
        assertThat(both.get(1)).hasToString("node.labels.zone==west");
    }
}
