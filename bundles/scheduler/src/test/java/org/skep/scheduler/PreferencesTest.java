package org.skep.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.protocol.NodeSpec.Availability;
import org.skep.protocol.TaskState;

class PreferencesTest extends SwarmFixture {

    @Test
    void zonesGetEquallyMany() {
        node("n1", labelled("zone", "az1"));
        for (String id : new String[] {"n2", "n3", "n4", "n5"}) {
            node(id, labelled("zone", "az2"));
        }
        tasks("web", 8, spreadOver("node.labels.zone"));

        assertThat(counts("web", "n1", "n2", "n3", "n4", "n5")).containsExactly(4L, 1L, 1L, 1L, 1L);
    }

    @Test
    void aMissingLabelIsABranchOfItsOwn() {
        node("n1", labelled("zone", "az1"));
        node("n2");
        node("n3");
        tasks("web", 4, spreadOver("node.labels.zone"));

        assertThat(counts("web", "n1", "n2", "n3")).containsExactly(2L, 1L, 1L);
    }

    @Test
    void whatIsNoLabelIsPassedOver() {
        node("n1", labelled("zone", "az1"));
        node("n2", labelled("zone", "az2"));
        node("n3", labelled("zone", "az2"));
        tasks("web", 3, spreadOver("node.hostname", "node.labels."));
        tasks("db", 4, spreadOver("node.hostname", "NODE.Labels.zone"));

        assertThat(counts("web", "n1", "n2", "n3")).containsExactly(1L, 1L, 1L);
        assertThat(counts("db", "n1", "n2", "n3")).containsExactly(2L, 1L, 1L);
    }

    @Test
    void enginesHaveLabelsToo() {
        node("n1", node -> engineLabel(node, "disk", "ssd"));
        node("n2", node -> engineLabel(node, "disk", "hdd"));
        node("n3", node -> engineLabel(node, "disk", "hdd"));
        tasks("web", 4, spreadOver("engine.labels.disk"));

        assertThat(counts("web", "n1", "n2", "n3")).containsExactly(2L, 1L, 1L);
    }

    /** Two zones, az2 with three racks of which two can take tasks; az1 has room for five. */
    @Test
    void aFullBranchLeavesItsPartToTheOthers() {
        zonesAndRacks();
        tasks("web", 12, both(spreadOver("node.labels.zone", "node.labels.rack"), reserving(1, 0)));

        assertThat(counts("web", "a1").get(0)).isEqualTo(5);
        long rack1 = on("b1", "web") + on("b2", "web");
        assertThat(rack1 + on("b3", "web")).isEqualTo(7);
        assertThat(rack1).isBetween(3L, 4L);
    }

    @Test
    void scalingUpGoesOnWhereItIsUneven() {
        zonesAndRacks();
        tasks("web", 2, both(spreadOver("node.labels.zone", "node.labels.rack"), reserving(1, 0)));
        assertThat(on("a1", "web")).isEqualTo(1);
        tasks("web", 6, both(spreadOver("node.labels.zone", "node.labels.rack"), reserving(1, 0)));

        assertThat(on("a1", "web")).isEqualTo(4);
        assertThat(on("b1", "web") + on("b2", "web")).isEqualTo(2);
        assertThat(on("b3", "web")).isEqualTo(2);
    }

    @Test
    void tasksOnANodeThatTakesNoMoreCountForItsBranch() {
        node("n1", labelled("zone", "az1"));
        node("n2", labelled("zone", "az1"));
        node("n3", labelled("zone", "az2"));
        tasks("web", 4, spreadOver("node.labels.zone"));
        change("n1", node -> {
            node.getSpecBuilder().setAvailability(Availability.PAUSE);
            return node;
        });
        tasks("web", 2, spreadOver("node.labels.zone"));

        assertThat(counts("web", "n1", "n2", "n3")).containsExactly(1L, 2L, 3L);
    }

    @Test
    void withoutRoomInAnyBranchTasksSayWhy() {
        node("n1", both(labelled("zone", "az1"), resources(1, 0)));
        node("n2", both(labelled("zone", "az2"), resources(1, 0)));
        tasks("web", 3, both(spreadOver("node.labels.zone"), reserving(1, 0)));

        assertThat(status(pending()).getErr()).isEqualTo("no suitable node (insufficient resources on 2 nodes)");
        node("n3", resources(1, 0));
        assertThat(store.view().tasks().all()).allMatch(task -> task.getStatus().getState() == TaskState.ASSIGNED);
    }

    private void zonesAndRacks() {
        node("a1", both(labelled("zone", "az1"), resources(5, 0)));
        Stream.of("b1", "b2").forEach(id -> node(id, both(rack("r1"), resources(20, 0))));
        node("b3", both(rack("r2"), resources(20, 0)));
        node(
                "b4",
                both(
                        rack("r3"),
                        node -> node.setSpec(NodeSpec.newBuilder(node.getSpec()).setAvailability(Availability.DRAIN))));
    }

    private static UnaryOperator<Node.Builder> rack(String name) {
        return both(labelled("zone", "az2"), labelled("rack", name));
    }

    private static Node.Builder engineLabel(Node.Builder node, String label, String value) {
        node.getDescriptionBuilder().getEngineBuilder().putLabels(label, value);
        return node;
    }
}
