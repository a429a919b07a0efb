package org.skep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskNamesTest {

    private static final Task REPLICA = Task.newBuilder()
            .setId("t1")
            .setServiceId("s1")
            .setNodeId("n1")
            .setSlot(3)
            .setServiceAnnotations(Annotations.newBuilder().setName("web"))
            .build();

    @Test
    void aReplicaIsCalledByItsSlot() {
        assertThat(TaskNames.of(REPLICA)).isEqualTo("web.3");
        assertThat(TaskNames.full(REPLICA)).isEqualTo("web.3.t1");
    }

    @Test
    void aTaskOfAGlobalServiceIsCalledByItsNode() {
        assertThat(TaskNames.full(REPLICA.toBuilder().clearSlot().build())).isEqualTo("web.n1.t1");
    }

    @Test
    void aServiceWithoutANameIsCalledByItsId() {
        assertThat(TaskNames.of(REPLICA.toBuilder().clearServiceAnnotations().build()))
                .isEqualTo("s1.3");
    }

    @Test
    void aNameThatWasGivenStays() {
        Task named = REPLICA.toBuilder()
                .setAnnotations(Annotations.newBuilder().setName("given"))
                .build();

        assertThat(TaskNames.full(named)).isEqualTo("given");
    }
}
