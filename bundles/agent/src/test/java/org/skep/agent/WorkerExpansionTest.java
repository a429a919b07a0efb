package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.testing.FakeHost;
import org.skep.api.testing.Workload;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;

/** What a worker makes of a task's specification before it prepares the task, and what it keeps of it. */
class WorkerExpansionTest extends WorkerSetup {

    @Test
    void putsWhatItKnowsInThePlaceOfTemplates() {
        manager.assign(task("t1", container -> container
                .setHostname("{{.Service.Name}}-{{.Task.Slot}}")
                .addEnv("WHERE={{.Node.Hostname}} {{.Node.Platform.Architecture}}")));
        await("t1", TaskState.RUNNING);
        assertThat(host.description("t1").container().hostname()).isEqualTo("web-1");
        assertThat(host.description("t1").container().env()).containsExactly("WHERE=host1 x86_64");
    }

    @Test
    void rejectsATaskWhoseTemplateDoesNotFit() {
        manager.assign(task("t1", container -> container.addEnv("A={{.Task.Nope}}")));
        await("t1", TaskState.REJECTED);
        assertThat(manager.status("t1").orElseThrow().getErr())
                .isEqualTo("--env \"{{.Task.Nope}}\": the template is wrong: there is no field 'Nope'"
                        + " (fields are ID, Name, Slot)");
        assertThat(host.tasks()).isEmpty();
    }

    @Test
    void handsCredentialsToTheRuntimeAndToNoDisk() throws IOException {
        manager.assign(withCredentials("t1", "topsecret"));
        await("t1", TaskState.RUNNING);
        assertThat(host.description("t1").container().registryAuth()).isEqualTo("topsecret");
        try (Stream<Path> files = Files.walk(stateDir)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("topsecret");
            }
        }
    }

    @Test
    void takesCredentialsThatWereRenewedBeforeItWasPrepared() {
        List<String> tried = new CopyOnWriteArrayList<>();
        host.image("any", FakeHost.Behaviour.of(Workload.running()).onPrepare(description -> {
            tried.add(description.container().registryAuth());
            if (tried.size() == 1) {
                throw SkepException.external(RuntimeDriver.UNAVAILABLE, "the engine is away", "", null);
            }
        }));
        manager.assign(withCredentials("t1", "old"));
        eventually("it was tried", () -> tried.size() == 1);
        manager.assign(withCredentials("t1", "new"));
        await("t1", TaskState.RUNNING);
        assertThat(tried).containsExactly("old", "new");
    }

    private static Task withCredentials(String id, String auth) {
        return task(id, container -> {
            ContainerSpec.Builder spec = container;
            spec.getPullOptionsBuilder().setRegistryAuth(auth);
            return spec;
        });
    }
}
