package org.skep.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.skep.protocol.DiscreteGenericResource;
import org.skep.protocol.GenericResource;
import org.skep.protocol.NamedGenericResource;
import org.skep.protocol.Node;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;

class GenericResourcesTest extends SwarmFixture {

    @Test
    void amountsAreTakenAndGivenBack() {
        node("n1", having(amount("ssd", 3)));
        String first = task("web", wanting("ssd", 2));
        String second = task("web", wanting("ssd", 2));
        assertThat(find(first).getAssignedGenericResourcesList()).containsExactly(amount("ssd", 2));
        assertThat(status(second).getErr()).isEqualTo("no suitable node (insufficient resources on 1 node)");

        report(first, TaskState.SHUTDOWN);
        assertThat(status(second).getState()).isEqualTo(TaskState.ASSIGNED);
    }

    @Test
    void namesAreTakenInTheOrderOfTheNode() {
        node("n1", having(name("gpu", "c"), name("gpu", "a"), name("gpu", "b")));
        String first = task("web", wanting("gpu", 1));
        String second = task("web", wanting("gpu", 2));
        assertThat(names(first)).containsExactly("c");
        assertThat(names(second)).containsExactly("a", "b");

        report(first, TaskState.FAILED);
        assertThat(names(task("web", wanting("gpu", 1)))).containsExactly("c");
    }

    @Test
    void aTaskOfManyGetsItsOwn() {
        node("n1", having(name("gpu", "a"), name("gpu", "b")));
        node("n2", having(name("gpu", "x"), name("gpu", "y")));
        tasks("web", 5, wanting("gpu", 1));

        assertThat(store.view().tasks().all().stream()
                        .flatMap(task -> names(task.getId()).stream())
                        .toList())
                .containsExactlyInAnyOrder("a", "b", "x", "y");
        assertThat(status(pending()).getErr()).isEqualTo("no suitable node (insufficient resources on 2 nodes)");
    }

    @Test
    void aNodeWithoutTheKindTakesNone() {
        node("n1", having(amount("ssd", 3)));
        String id = task("web", wanting("gpu", 1));
        assertThat(status(id).getState()).isEqualTo(TaskState.PENDING);

        change("n1", having(amount("ssd", 3), name("gpu", "a")));
        assertThat(names(id)).containsExactly("a");
    }

    @Test
    void aNewLeaderKnowsWhoHasWhat() {
        node("n1", having(name("gpu", "a"), name("gpu", "b")));
        task("web", wanting("gpu", 1));
        scheduler.close();
        new Scheduler(store, loops);
        loops.settle();

        assertThat(names(task("web", wanting("gpu", 1)))).containsExactly("b");
    }

    private List<String> names(String taskId) {
        return find(taskId).getAssignedGenericResourcesList().stream()
                .map(resource -> resource.getNamedResourceSpec().getValue())
                .collect(Collectors.toList());
    }

    private static UnaryOperator<Task.Builder> wanting(String kind, long amount) {
        return task -> {
            task.getSpecBuilder().getResourcesBuilder().getReservationsBuilder().addGeneric(amount(kind, amount));
            return task;
        };
    }

    private static UnaryOperator<Node.Builder> having(GenericResource... resources) {
        return node -> {
            node.getDescriptionBuilder().getResourcesBuilder().clearGeneric().addAllGeneric(Arrays.asList(resources));
            return node;
        };
    }

    private static GenericResource amount(String kind, long amount) {
        return GenericResource.newBuilder()
                .setDiscreteResourceSpec(
                        DiscreteGenericResource.newBuilder().setKind(kind).setValue(amount))
                .build();
    }

    private static GenericResource name(String kind, String value) {
        return GenericResource.newBuilder()
                .setNamedResourceSpec(
                        NamedGenericResource.newBuilder().setKind(kind).setValue(value))
                .build();
    }
}
