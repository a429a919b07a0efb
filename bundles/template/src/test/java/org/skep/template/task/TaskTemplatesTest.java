package org.skep.template.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;
import org.skep.protocol.Annotations;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Driver;
import org.skep.protocol.Mount;
import org.skep.protocol.Task;

class TaskTemplatesTest {

    private static final TaskTemplates.Place PLACE = new TaskTemplates.Place("worker1", "linux", "x86_64");
    private static final Annotations SERVICE =
            Annotations.newBuilder().setName("web").putLabels("tier", "front").build();

    private static Task task(ContainerSpec.Builder container) {
        Task.Builder task = Task.newBuilder()
                .setId("t1")
                .setSlot(3)
                .setNodeId("n1")
                .setServiceId("s1")
                .setServiceAnnotations(SERVICE);
        task.getSpecBuilder().setContainer(container);
        return task.build();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "{{.Service.ID}}/{{.Service.Name}} => s1/web",
                "{{index .Service.Labels \"tier\"}} {{.Service.Labels.tier}} => front front",
                "{{.Node.ID}} on {{.Node.Hostname}} => n1 on worker1",
                "{{.Node.Platform.OS}}/{{.Node.Platform.Architecture}} => linux/x86_64",
                "{{.Task.ID}} {{.Task.Name}} {{.Task.Slot}} => t1 web.3.t1 3",
                "{{upper .Node.Hostname}} => WORKER1",
                "plain => plain"
            })
    void knowTheTaskItsServiceAndItsNode(String text, String expanded) {
        ContainerSpec spec =
                TaskTemplates.expand(task(ContainerSpec.newBuilder().setHostname(text)), PLACE);
        assertThat(spec.getHostname()).isEqualTo(expanded);
    }

    @Test
    void areExpandedWhereverTheyMayBe() {
        String slot = "{{.Task.Slot}}";
        ContainerSpec spec = TaskTemplates.expand(
                task(ContainerSpec.newBuilder()
                        .setImage("app:" + slot)
                        .addEnv("SLOT=" + slot)
                        .addEnv("{{NAME=a={{.Node.ID}}")
                        .addEnv("BARE")
                        .addMounts(Mount.newBuilder()
                                .setSource("data-" + slot)
                                .setTarget("/data/" + slot)
                                .setVolumeOptions(Mount.VolumeOptions.newBuilder()
                                        .putLabels("slot", slot)
                                        .setDriverConfig(Driver.newBuilder().putOptions("share", "/" + slot))))),
                PLACE);

        assertThat(spec.getImage()).isEqualTo("app:" + slot);
        assertThat(spec.getEnvList()).containsExactly("SLOT=3", "{{NAME=a=n1", "BARE");
        Mount mount = spec.getMounts(0);
        assertThat(mount.getSource()).isEqualTo("data-3");
        assertThat(mount.getTarget()).isEqualTo("/data/3");
        assertThat(mount.getVolumeOptions().getLabelsMap()).containsEntry("slot", "3");
        assertThat(mount.getVolumeOptions().getDriverConfig().getOptionsMap()).containsEntry("share", "/3");
    }

    @Test
    void callTheNodeTheSlotOfATaskThatIsOnEveryNode() {
        Task everywhere = task(ContainerSpec.newBuilder().addEnv("SLOT={{.Task.Slot}}")).toBuilder()
                .setSlot(0)
                .build();
        assertThat(TaskTemplates.expand(everywhere, PLACE).getEnvList()).containsExactly("SLOT=n1");
    }

    @Test
    void canBeCheckedBeforeThereIsATask() {
        TaskTemplates.check(
                SERVICE,
                ContainerSpec.newBuilder()
                        .setHostname("{{.Node.Hostname}}-{{.Task.Slot}}")
                        .build());
        TaskTemplates.check(
                SERVICE,
                ContainerSpec.newBuilder().addEnv("A={{.Service.Labels.nope}}").build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            value = {
                "{{.Nope}} => there is no field 'Nope'",
                "{{.Task.Nope}} => there is no field 'Nope'",
                "{{.Node.Platform.Nope}} => there is no field 'Nope'",
                "{{nope}} => there is no function 'nope'",
                "{{.Task.ID => }}"
            })
    void sayWhatIsWrong(String text, String problem) {
        assertThatThrownBy(() -> TaskTemplates.check(
                        SERVICE, ContainerSpec.newBuilder().addEnv("A=" + text).build()))
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.code()).isEqualTo("TEMPLATE_INVALID"))
                .hasMessageStartingWith("--env \"" + text + "\": the template is wrong: ")
                .hasMessageContaining(problem)
                .hasMessageNotContaining("\n");
    }
}
