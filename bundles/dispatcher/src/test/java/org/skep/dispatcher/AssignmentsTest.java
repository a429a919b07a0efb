package org.skep.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Annotations;
import org.skep.protocol.AssignmentChange.AssignmentAction;
import org.skep.protocol.AssignmentsMessage;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigReference;
import org.skep.protocol.ConfigSpec;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.Mount;
import org.skep.protocol.Secret;
import org.skep.protocol.SecretReference;
import org.skep.protocol.SecretSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.store.Kind;

/** What nodes are told to run. */
class AssignmentsTest extends LocalNodes {

    @Test
    void theFirstMessageHasEverythingThatWasEverAssigned() {
        create("new", "", task -> task.setStatus(state(TaskState.PENDING)));
        create("preset", "n1", task -> task.setStatus(state(TaskState.PENDING)));
        create("running", "n1", task -> task.setStatus(state(TaskState.RUNNING)));
        create("over", "n1", task -> task.setStatus(state(TaskState.FAILED)));
        create("elsewhere", "n2", task -> task);
        FakeWorker worker = worker("n1");

        assertThat(worker.tasks()).containsOnlyKeys("running", "over");
        assertThat(worker.lastAssignments().getAppliesTo()).isEmpty();
        assertThat(worker.lastAssignments().getResultsIn()).isEqualTo("1");
    }

    @Test
    void whatFollowsIsIncrementalAndNumbered() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        desire("t1", TaskState.SHUTDOWN);
        store.write(tx -> tx.delete(Kind.TASK, "t1"));
        loops.settle();

        assertThat(worker.assignments).hasSize(4);
        for (int i = 1; i < 4; i++) {
            AssignmentsMessage message = worker.assignments.get(i);
            assertThat(message.getType()).isEqualTo(AssignmentsMessage.Type.INCREMENTAL);
            assertThat(message.getAppliesTo()).isEqualTo(Integer.toString(i));
            assertThat(message.getResultsIn()).isEqualTo(Integer.toString(i + 1));
        }
        assertThat(worker.lastAssignments().getChanges(0).getAction()).isEqualTo(AssignmentAction.REMOVE);
        assertThat(worker.lastAssignments().getChanges(0).getAssignment().getTask())
                .isEqualTo(Task.newBuilder().setId("t1").build());
    }

    @Test
    void whatTheWorkerSaidItselfIsNotToldToIt() {
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> task);
        worker.report("t1", TaskState.RUNNING);
        loops.settle();

        assertThat(worker.assignments).hasSize(2);
    }

    @Test
    void changesOfOneTransactionTravelTogether() {
        FakeWorker worker = worker("n1");
        store.write(tx -> {
            for (int i = 0; i < 50; i++) {
                tx.create(task("t" + i, "n1", task -> task));
            }
        });
        loops.settle();

        assertThat(worker.assignments).hasSize(2);
        assertThat(worker.tasks()).hasSize(50);
    }

    @Test
    void configsAndSecretsComeWithTheirFirstTaskAndGoWithTheLast() {
        store.write(tx -> {
            tx.create(Config.newBuilder()
                    .setId("c1")
                    .setSpec(ConfigSpec.newBuilder().setData(ByteString.copyFromUtf8("data")))
                    .build());
            tx.create(Secret.newBuilder().setId("s1").build());
        });
        UnaryOperator<Task.Builder> needing = task -> task.setSpec(TaskSpec.newBuilder()
                .setContainer(ContainerSpec.newBuilder()
                        .addConfigs(ConfigReference.newBuilder().setConfigId("c1"))
                        .addSecrets(SecretReference.newBuilder().setSecretId("s1"))));
        FakeWorker worker = worker("n1");
        create("t1", "n1", needing);
        assertThat(kinds(worker)).containsExactlyInAnyOrder("UPDATE secret", "UPDATE config", "UPDATE task");
        create("t2", "n1", needing);
        assertThat(kinds(worker)).containsExactly("UPDATE task");

        worker.report("t1", TaskState.FAILED);
        loops.settle();
        assertThat(worker.assignments).hasSize(3);
        worker.report("t2", TaskState.FAILED);
        loops.settle();
        assertThat(kinds(worker)).containsExactlyInAnyOrder("REMOVE secret", "REMOVE config");
    }

    @Test
    void volumesGetTheirDriverOnTheWay() {
        store.write(tx -> tx.create(Volume.newBuilder()
                .setId("v")
                .setSpec(VolumeSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName("data"))
                        .setDriver(Driver.newBuilder().setName("nfs").putOptions("server", "filer")))
                .build()));
        FakeWorker worker = worker("n1");
        create(
                "t1",
                "n1",
                task -> task.setSpec(TaskSpec.newBuilder()
                        .setContainer(ContainerSpec.newBuilder()
                                .addMounts(volume("data"))
                                .addMounts(volume("scratch"))
                                .addMounts(Mount.newBuilder()
                                        .setType(Mount.Type.BIND)
                                        .setSource("/x"))
                                .addMounts(volume("own").toBuilder()
                                        .setVolumeOptions(Mount.VolumeOptions.newBuilder()
                                                .setDriverConfig(
                                                        Driver.newBuilder().setName("other")))))));

        List<Mount> mounts = worker.tasks().get("t1").getSpec().getContainer().getMountsList();
        assertThat(mounts)
                .extracting(mount -> mount.getVolumeOptions().getDriverConfig().getName())
                .containsExactly("nfs", "local", "", "other");
        assertThat(mounts.get(0).getVolumeOptions().getDriverConfig().getOptionsMap())
                .containsEntry("server", "filer");
    }

    @Test
    void carriesWhatTheSwarmIsToTheRegistryOfATask() {
        store.write(tx -> tx.create(Secret.newBuilder()
                .setId("login1")
                .setInternal(true)
                .setSpec(SecretSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName("registry:example.com"))
                        .setData(ByteString.copyFromUtf8("{}")))
                .build()));
        FakeWorker worker = worker("n1");
        create("t1", "n1", task -> pulls(task, "example.com"));
        create("t2", "n1", task -> pulls(task, "other.com"));
        create("t3", "n1", task -> {
            Task.Builder moved = pulls(task, "example.com");
            moved.getSpecBuilder().getContainerBuilder().setImage("other.com/app");
            return moved;
        });

        assertThat(auth(worker.tasks().get("t1"))).isEqualTo("e30=");
        assertThat(auth(worker.tasks().get("t2"))).isEmpty();
        assertThat(auth(worker.tasks().get("t3"))).isEmpty();
        assertThat(auth(store.view().tasks().get("t1").orElseThrow())).isEmpty();
    }

    private static Task.Builder pulls(Task.Builder task, String registry) {
        task.getSpecBuilder()
                .getContainerBuilder()
                .setImage(registry + "/app")
                .getPullOptionsBuilder()
                .setRegistry(registry);
        return task;
    }

    private static String auth(Task task) {
        return task.getSpec().getContainer().getPullOptions().getRegistryAuth();
    }
}
