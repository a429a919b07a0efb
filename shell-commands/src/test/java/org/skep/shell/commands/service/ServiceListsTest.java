package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.command.Outcome;
import org.skep.control.ServiceChanges.Snapshot;
import org.skep.protocol.GlobalService;
import org.skep.protocol.Mount;
import org.skep.protocol.PortConfig;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.protocol.UpdateStatus;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;
import picocli.CommandLine.ParameterException;

class ServiceListsTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Fakes.NOW);

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();
    private final Service web = Fakes.service("web", 3);

    @BeforeEach
    void populate() {
        Service agent = Fakes.service("agent", 0).toBuilder()
                .setSpec(Fakes.spec("agent", 0).toBuilder()
                        .setGlobal(GlobalService.getDefaultInstance())
                        .setAnnotations(Fakes.spec("agent", 0).getAnnotations().toBuilder()
                                .putLabels("tier", "infra")))
                .build();
        ServiceSpec.Builder published = web.getSpec().toBuilder();
        published
                .getEndpointBuilder()
                .addPorts(PortConfig.newBuilder()
                        .setPublishMode(PortConfig.PublishMode.HOST)
                        .setPublishedPort(8080)
                        .setTargetPort(80));
        control.services.add(web.toBuilder().setSpec(published).build());
        control.services.add(agent);
        control.nodes.add(Fakes.node());
        control.tasks.add(Fakes.task(web, 10, 2, TaskState.RUNNING));
        control.tasks.add(
                Fakes.failed(Fakes.task(web, 2, 1, TaskState.FAILED), "task: non-zero exit (137): out of memory"));
        control.tasks.add(Fakes.task(web, 2, 2, TaskState.RUNNING));
        control.tasks.add(Fakes.failed(Fakes.task(web, 1, 1, TaskState.PENDING), "no suitable node"));
        control.tasks.add(Fakes.task(agent, 0, 1, TaskState.RUNNING));
    }

    private String list(String... words) {
        return Lines.print(Lines.run(new ServiceLs(control), session, words));
    }

    private String tasks(String... words) {
        return Lines.print(Lines.run(new ServicePs(control, CLOCK), session, words));
    }

    @Test
    void listServices() {
        assertThat(list()).isEqualTo("""
                        ID            NAME   MODE        REPLICAS  IMAGE     PORTS
                        agentservice  agent  global      1/1       alpine:3
                        webservice00  web    replicated  2/3       alpine:3  *:8080->80/tcp""");
        assertThat(list("-q")).isEqualTo("agentservice\nwebservice00");
        assertThat(list("-q", "--no-trunc")).contains("webservice000000000000000");
    }

    @Test
    void filterServices() {
        assertThat(list("-q", "-f", "name=we")).isEqualTo("webservice00");
        assertThat(list("-q", "-f", "mode=global")).isEqualTo("agentservice");
        assertThat(list("-q", "-f", "label=tier")).isEqualTo("agentservice");
        assertThat(list("-q", "-f", "label=tier=front")).isEmpty();
        assertThat(list("-q", "-f", "name=web", "-f", "name=agent")).isEqualTo("agentservice\nwebservice00");
        assertThat(list("-q", "-f", "name=web", "-f", "mode=global")).isEmpty();
        assertThatThrownBy(() -> list("-f", "color=red"))
                .isInstanceOf(ParameterException.class)
                .hasMessage("'color' is not a key to filter by: use id, label, mode, name, runtime");
        assertThatThrownBy(() -> list("-f", "mode=some")).hasMessageContaining("use replicated, global");
        assertThatThrownBy(() -> list("-f", "name")).hasMessageContaining("use KEY=VALUE");
    }

    @Test
    void listTasks() {
        assertThat(tasks("web")).isEqualTo("""
                        ID            NAME       IMAGE     NODE   DESIRED STATE  CURRENT STATE               ERROR                             PORTS
                        task1x1aaaaa  web.1      alpine:3  host1  Running        Pending 2 minutes ago       "no suitable node"
                        task2x2aaaaa  web.2      alpine:3  host1  Running        Running about a minute ago
                        task2x1aaaaa   \\_ web.2  alpine:3  host1  Shutdown       Failed 2 minutes ago        "task: non-zero exit (137): ou…"
                        task10x2aaaa  web.10     alpine:3  host1  Running        Running about a minute ago""");
        assertThat(tasks("web", "--no-trunc", "-f", "desired-state=shutdown"))
                .contains("\"task: non-zero exit (137): out of memory\"")
                .contains("task2x1aaaaaaaaaaaaaaaaaa")
                .doesNotContain("task2x2");
        assertThat(tasks("agent")).contains("agent.node1aaaaaaaaaaaaaaaaaaaa");
        assertThat(tasks("web", "--no-resolve", "-f", "node=self")).contains("webservice000000000000000.2  ");
    }

    @Test
    void listTasksOfWhatIsFound() {
        Outcome outcome = Lines.run(new ServicePs(control, CLOCK), session, "web", "nope");
        assertThat(Lines.print(outcome)).contains("web.10").endsWith("Error: no such service: nope");
        assertThat(tasks("nope")).isEqualTo("Error: no such service: nope");
    }

    @Test
    void inspectWithDockersFieldNames() {
        Outcome outcome = Lines.run(new ServiceInspect(control), session, "web", "nope");
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Several.class, several -> {
            assertThat(several.failures()).hasSize(1);
            Outcome.Objects objects = (Outcome.Objects) several.outcomes().get(0);
            Map<String, Object> service = objects.objects().get(0);
            assertThat(service)
                    .containsEntry("ID", web.getId())
                    .containsEntry("Version", Map.of("Index", 10L))
                    .containsEntry("CreatedAt", "2026-11-20T11:50:00Z")
                    .containsKeys("UpdatedAt", "Spec", "Endpoint")
                    .doesNotContainKey("PreviousSpec");
            assertThat(at(service, "Spec", "TaskTemplate", "ContainerSpec", "Image"))
                    .isEqualTo("alpine:3");
            assertThat(at(service, "Spec", "Mode", "Replicated", "Replicas")).isEqualTo(3L);
            assertThat(at(service, "Spec", "EndpointSpec", "Ports"))
                    .isEqualTo(List.of(
                            Map.of("Protocol", "tcp", "TargetPort", 80, "PublishedPort", 8080, "PublishMode", "host")));
        });
    }

    @SuppressWarnings("unchecked")
    private static Object at(Map<String, Object> tree, String... path) {
        Object value = tree;
        for (String step : path) {
            value = ((Map<String, Object>) value).get(step);
        }
        return value;
    }

    @Test
    void layServicesOut() {
        Service.Builder rich = control.services.get(0).toBuilder();
        rich.getSpecBuilder()
                .getTaskBuilder()
                .getContainerBuilder()
                .addArgs("sleep")
                .addArgs("9")
                .addEnv("A=1")
                .setDir("/srv")
                .setStopGracePeriod(Duration.newBuilder().setSeconds(90))
                .addMounts(Mount.newBuilder()
                        .setType(Mount.Type.VOLUME)
                        .setSource("data")
                        .setTarget("/data"));
        rich.getSpecBuilder().getTaskBuilder().getPlacementBuilder().addConstraints("node.role==manager");
        rich.getSpecBuilder()
                .getTaskBuilder()
                .getResourcesBuilder()
                .getLimitsBuilder()
                .setNanoCpus(500_000_000)
                .setMemoryBytes(64 << 20);
        rich.getSpecBuilder().getAnnotationsBuilder().putLabels("tier", "front").putLabels("bare", "");
        rich.setUpdateStatus(UpdateStatus.newBuilder()
                .setState(UpdateStatus.UpdateState.COMPLETED)
                .setStartedAt(Fakes.ago(60))
                .setCompletedAt(Fakes.ago(30))
                .setMessage("update completed"));
        control.services.set(0, rich.build());
        assertThat(Lines.print(Lines.run(new ServiceInspect(control, CLOCK), session, "--pretty", "web")))
                .isEqualTo("""
                        ID:                     webservice000000000000000
                        Name:                   web
                        Labels:
                         bare
                         tier=front
                        Service Mode:           Replicated
                         Replicas:              3
                        UpdateStatus:
                         State:                 completed
                         Started:               About a minute ago
                         Completed:             30 seconds ago
                         Message:               update completed
                        Placement:
                         Constraints:           [node.role==manager]
                        UpdateConfig:
                         Parallelism:           1
                         On failure:            pause
                         Monitoring Period:     5s
                         Max failure ratio:     0
                         Update order:          stop-first
                        RollbackConfig:
                         Parallelism:           1
                         On failure:            pause
                         Monitoring Period:     5s
                         Max failure ratio:     0
                         Rollback order:        stop-first
                        ContainerSpec:
                         Image:                 alpine:3
                         Args:                  sleep 9
                         Env:                   A=1
                         Dir:                   /srv
                         Init:                  false
                         StopGracePeriod:       1m30s
                        RestartPolicy:
                         Condition:             any
                         Delay:                 5s
                        Mounts:
                         Target:                /data
                          Source:               data
                          ReadOnly:             false
                          Type:                 volume
                        Resources:
                         Limits:
                          CPU:                  0.5
                          Memory:               64MiB
                        Endpoint Mode:          vip
                        Ports:
                         PublishedPort = 8080
                          Protocol = tcp
                          TargetPort = 80
                          PublishMode = host""");
    }

    @Test
    void doNotScaleAServiceToTwoNumbers() {
        assertThatThrownBy(() -> Lines.run(new ServiceScale(control, CLOCK), session, "-d", "web=5", "web=6"))
                .hasMessageContaining("service web is given twice");
        assertThat(session.printed()).isEmpty();
    }

    @Test
    void scaleAllThatCanBeScaled() {
        Outcome outcome = Lines.run(new ServiceScale(control, CLOCK), session, "-d", "web=5", "agent=2", "nope=1");
        assertThat(session.printed()).isEqualTo("web scaled to 5\n");
        assertThat(Lines.print(outcome))
                .contains("Error: service 'agent' cannot be scaled")
                .contains("Error: no such service: nope");
        assertThat(control.services().get("web").getSpec().getReplicated().getReplicas())
                .isEqualTo(5);
    }

    @Test
    void refuseOtherScales() {
        for (String scale : List.of("web", "web=", "=3", "web=-1", "web=x", "web=99999999999")) {
            assertThatThrownBy(() -> Lines.run(new ServiceScale(control, CLOCK), session, scale))
                    .isInstanceOf(ParameterException.class)
                    .hasMessageMatching("(?s).*(is not a scale|is not a number of replicas).*");
        }
    }

    @Test
    void removeAllThatAreFound() {
        Outcome outcome = Lines.run(new ServiceRm(control), session, "nope", "web");
        assertThat(Lines.print(outcome)).isEqualTo("web\nError: no such service: nope");
        assertThat(control.services).hasSize(1);
    }

    @Test
    void rollBackAndWait() {
        Instant[] now = {Fakes.NOW};
        control.following(
                () -> now[0] = now[0].plusSeconds(1),
                List.of(new Snapshot(Fakes.service("web", 0), List.of(), List.of(Fakes.node()))));
        Lines.run(new ServiceRollback(control, () -> now[0]), session, "web");
        assertThat(control.rolledBack).containsExactly(web.getId());
        assertThat(session.printed()).isEqualTo("web\n");
        assertThat(session.warned()).endsWith("converged\n");
    }

    @Test
    void createPrintsTheIdFirstAndThenWaits() {
        Instant[] now = {Fakes.NOW};
        Service one = Fakes.service("one", 1);
        control.following(
                () -> now[0] = now[0].plusSeconds(1),
                List.of(new Snapshot(one, List.of(Fakes.task(one, 1, 1, TaskState.RUNNING)), List.of(Fakes.node()))));
        Lines.run(new ServiceCreate(control, List.of(), () -> now[0]), session, "--name", "one", "alpine");
        assertThat(session.printed()).isEqualTo(one.getId() + "\n");
        assertThat(session.warned()).startsWith("overall progress: 1 out of 1 tasks\n");
    }

    @Test
    void createEndsWithTheReasonWhenTheServiceCannotConverge() {
        Instant[] now = {Fakes.NOW};
        Service one = Fakes.service("one", 1);
        Task rejected = Fakes.failed(Fakes.task(one, 1, 1, TaskState.REJECTED), "no such image");
        control.following(
                () -> now[0] = now[0].plusSeconds(1),
                List.of(new Snapshot(one, List.of(rejected), List.of(Fakes.node()))));
        assertThatThrownBy(() -> Lines.run(
                        new ServiceCreate(control, List.of(), () -> now[0]), session, "-q", "--name", "one", "nope:1"))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("service one did not converge: task one.1 has been rejected (no such image)");
        assertThat(session.printed()).isEqualTo(one.getId() + "\n");
    }

    @Test
    void explain() {
        assertThat(Lines.print(Lines.run(new ServiceExplain(control), session, "web")))
                .isEqualTo("""
                        ID            TASK   WHY
                        task1x1aaaaa  web.1  a; b""");
    }
}
