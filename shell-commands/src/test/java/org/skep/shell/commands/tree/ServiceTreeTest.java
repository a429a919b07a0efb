package org.skep.shell.commands.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

import com.google.protobuf.Int64Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Driver;
import org.skep.protocol.JobStatus;
import org.skep.protocol.ReplicatedJob;
import org.skep.protocol.Service;
import org.skep.protocol.Version;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.value.GenericResources;
import org.skep.shell.commands.value.Ulimits;

class ServiceTreeTest {

    @SuppressWarnings("unchecked")
    private static Object at(Service service, String... path) {
        Object value = ServiceTree.of(service);
        for (String step : path) {
            value = ((Map<String, Object>) value).get(step);
        }
        return value;
    }

    @Test
    void saysWhatTheSwarmDoesWhereNothingIsAskedFor() {
        Service web = Fakes.service("web", 1);
        Map<String, Object> update = Map.of(
                "Parallelism",
                1L,
                "FailureAction",
                "pause",
                "Monitor",
                5_000_000_000L,
                "MaxFailureRatio",
                BigDecimal.ZERO,
                "Order",
                "stop-first");
        assertThat(at(web, "Spec", "UpdateConfig")).isEqualTo(update);
        assertThat(at(web, "Spec", "RollbackConfig")).isEqualTo(update);
        assertThat(at(web, "Spec", "TaskTemplate", "RestartPolicy"))
                .isEqualTo(Map.of("Condition", "any", "Delay", 5_000_000_000L, "MaxAttempts", 0L));
        assertThat(at(web, "Spec", "TaskTemplate", "Resources"))
                .isEqualTo(Map.of("Limits", Map.of(), "Reservations", Map.of()));
        assertThat(at(web, "Spec", "TaskTemplate", "ContainerSpec", "StopGracePeriod"))
                .isEqualTo(10_000_000_000L);
        assertThat(at(web, "Spec", "TaskTemplate", "ContainerSpec", "Init")).isEqualTo(false);
    }

    @Test
    void hasAllThatContainersMayAskFor() {
        Service.Builder web = Fakes.service("web", 1).toBuilder();
        web.getSpecBuilder()
                .getTaskBuilder()
                .setLogDriver(Driver.newBuilder().setName("json-file").putOptions("max-size", "1m"))
                .getContainerBuilder()
                .addGroups("audio")
                .addUlimits(Ulimits.parse("nofile=1:2"))
                .putSysctls("a.b", "1")
                .setOomScoreAdj(-5)
                .setPidsLimit(9)
                .addHosts("10.0.0.5 db")
                .getDnsConfigBuilder()
                .addNameservers("10.0.0.53");
        web.getSpecBuilder()
                .getTaskBuilder()
                .getResourcesBuilder()
                .setSwapBytes(Int64Value.of(-1))
                .setMemorySwappiness(Int64Value.of(0))
                .getReservationsBuilder()
                .addGeneric(GenericResources.parse("gpu=2"));
        web.getSpecBuilder().getTaskBuilder().getPlacementBuilder().setStrategy("binpack");
        Service service = web.build();

        assertThat(at(service, "Spec", "TaskTemplate", "ContainerSpec"))
                .asInstanceOf(MAP)
                .containsEntry("Groups", List.of("audio"))
                .containsEntry("Ulimits", List.of(Map.of("Name", "nofile", "Hard", 2L, "Soft", 1L)))
                .containsEntry("Sysctls", Map.of("a.b", "1"))
                .containsEntry("OomScoreAdj", -5L)
                .containsEntry("Hosts", List.of("10.0.0.5 db"))
                .containsEntry("DNSConfig", Map.of("Nameservers", List.of("10.0.0.53")));
        assertThat(at(service, "Spec", "TaskTemplate", "LogDriver"))
                .isEqualTo(Map.of("Name", "json-file", "Options", Map.of("max-size", "1m")));
        assertThat(at(service, "Spec", "TaskTemplate", "Resources"))
                .isEqualTo(Map.of(
                        "Limits",
                        Map.of("Pids", 9L),
                        "Reservations",
                        Map.of(
                                "GenericResources",
                                List.of(Map.of("DiscreteResourceSpec", Map.of("Kind", "gpu", "Value", 2L)))),
                        "SwapBytes",
                        -1L,
                        "MemorySwappiness",
                        0L));
        assertThat(at(service, "Spec", "TaskTemplate", "Placement", "Strategy")).isEqualTo("binpack");
    }

    @Test
    void tellsTheRunsOfAJob() {
        Service.Builder job = Fakes.service("job", 1).toBuilder();
        job.getSpecBuilder()
                .setReplicatedJob(ReplicatedJob.newBuilder().setMaxConcurrent(2).setTotalCompletions(4));
        job.setJobStatus(JobStatus.newBuilder()
                .setJobIteration(Version.newBuilder().setIndex(3))
                .setLastExecution(Fakes.ago(60)));
        assertThat(at(job.build(), "JobStatus"))
                .isEqualTo(Map.of("JobIteration", Map.of("Index", 3L), "LastExecution", "2026-11-20T11:59:00Z"));
        assertThat(at(job.build(), "Spec")).asInstanceOf(MAP).doesNotContainKeys("UpdateConfig", "RollbackConfig");
    }
}
