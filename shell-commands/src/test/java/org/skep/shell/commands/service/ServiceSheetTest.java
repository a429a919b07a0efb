package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import com.google.protobuf.Int64Value;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Driver;
import org.skep.protocol.JobStatus;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.Service;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.Version;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;
import org.skep.shell.commands.value.GenericResources;
import org.skep.shell.commands.value.Preferences;
import org.skep.shell.commands.value.Ulimits;

/** {@code service inspect --pretty}, beyond what every service has. */
class ServiceSheetTest {

    private final FakeControl control = new FakeControl();

    private String printed(Service.Builder service) {
        control.services.add(service.build());
        return Lines.print(Lines.run(
                new ServiceInspect(control, InstantSource.fixed(Fakes.NOW)), new FakeSession(), "--pretty", "web"));
    }

    @Test
    void tellsOfJobsAndTheirRuns() {
        Service.Builder job = Fakes.service("web", 1).toBuilder();
        job.getSpecBuilder()
                .setReplicatedJob(ReplicatedJob.newBuilder().setMaxConcurrent(2).setTotalCompletions(5));
        job.setJobStatus(JobStatus.newBuilder()
                .setJobIteration(Version.newBuilder().setIndex(3))
                .setLastExecution(Fakes.ago(180)));
        assertThat(printed(job)).contains("""
                        Service Mode:           Replicated Job
                         Max Concurrent:        2
                         Total Completions:     5
                         Run:                   3
                         Last Execution:        3 minutes ago
                        Placement:
                        ContainerSpec:
                        """).doesNotContain("UpdateConfig");
    }

    @Test
    void tellsOfPlacementAndUpdates() {
        Service.Builder web = Fakes.service("web", 2).toBuilder().setRevision(7);
        web.getSpecBuilder()
                .getTaskBuilder()
                .getPlacementBuilder()
                .addConstraints("node.role==worker")
                .addConstraints("node.labels.a==b")
                .addPreferences(Preferences.parse("spread=node.labels.zone"))
                .setMaxReplicas(1)
                .setStrategy("binpack");
        web.getSpecBuilder()
                .setUpdate(UpdateConfig.newBuilder()
                        .setParallelism(2)
                        .setDelay(Duration.newBuilder().setSeconds(3))
                        .setMaxFailureRatio(0.25f)
                        .setFailureAction(UpdateConfig.FailureAction.ROLLBACK)
                        .setOrder(UpdateConfig.UpdateOrder.START_FIRST)
                        .setMaxWait(Duration.newBuilder().setSeconds(60)));
        assertThat(printed(web)).contains("Revision:               7").contains("""
                        Placement:
                         Constraints:           [node.role==worker, node.labels.a==b]
                         Preferences:           [spread=node.labels.zone]
                         Max Replicas Per Node: 1
                         Strategy:              binpack
                        UpdateConfig:
                         Parallelism:           2
                         Delay:                 3s
                         On failure:            rollback
                         Max failure ratio:     0.25
                         Update order:          start-first
                         Max wait:              1m0s
                        """);
    }

    @Test
    void tellsOfAllThatContainersMayAskFor() {
        Service.Builder web = Fakes.service("web", 2).toBuilder();
        web.getSpecBuilder()
                .getTaskBuilder()
                .setLogDriver(Driver.newBuilder().setName("json-file").putOptions("max-size", "1m"))
                .getContainerBuilder()
                .setTty(true)
                .addGroups("audio")
                .addCapabilityAdd("CAP_NET_ADMIN")
                .putSysctls("net.core.somaxconn", "1024")
                .addUlimits(Ulimits.parse("nofile=1:2"))
                .addHosts("10.0.0.5 db")
                .setPidsLimit(9)
                .getDnsConfigBuilder()
                .addNameservers("10.0.0.53");
        web.getSpecBuilder()
                .getTaskBuilder()
                .getResourcesBuilder()
                .setSwapBytes(Int64Value.of(-1))
                .getReservationsBuilder()
                .addGeneric(GenericResources.parse("gpu=2"));
        assertThat(printed(web))
                .contains(
                        " Groups:                audio\n TTY:                   true\n Hosts:                 10.0.0.5 db\n")
                .contains("""
                        Capabilities:
                         Add:                   CAP_NET_ADMIN
                        SysCtls:
                         net.core.somaxconn:    1024
                        Ulimits:
                         nofile=1:2
                        """)
                .contains("""
                        Log Driver:
                         Name:                  json-file
                         LogOpts:
                          max-size:             1m
                        Resources:
                         Reservations:
                          Generic:              gpu=2
                         Limits:
                          PIDs:                 9
                         MemorySwap:            unlimited
                        """);
    }
}
