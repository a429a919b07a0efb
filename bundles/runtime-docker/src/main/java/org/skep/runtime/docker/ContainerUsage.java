package org.skep.runtime.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import org.skep.api.runtime.TaskUsage;

/** What a container has used, in the words of its engine. */
record ContainerUsage(JsonNode stats) {

    /** Newer engines answer at once; older ones look twice, a second apart. */
    static Optional<TaskUsage> of(Engine engine, String container) {
        try {
            ContainerUsage usage = new ContainerUsage(engine.tell(client ->
                    engine.raw().get("/containers/" + container + "/stats?stream=false&one-shot=true", Map.of())));
            return usage.isOfARunningOne() ? Optional.of(usage.read()) : Optional.empty();
        } catch (NotFoundException | ConflictException gone) {
            return Optional.empty();
        }
    }

    /** Of one that ended, engines tell zeros. */
    private boolean isOfARunningOne() {
        return stats.at("/cpu_stats/cpu_usage/total_usage").asLong() > 0;
    }

    private TaskUsage read() {
        return new TaskUsage(
                time(),
                stats.at("/cpu_stats/cpu_usage/total_usage").asLong(),
                memory(),
                stats.at("/memory_stats/limit").asLong(),
                network("rx_bytes"),
                network("tx_bytes"),
                disk("read"),
                disk("write"),
                stats.at("/pids_stats/current").asLong());
    }

    private Instant time() {
        try {
            return Instant.parse(stats.path("read").asText());
        } catch (DateTimeParseException e) {
            return Instant.now();
        }
    }

    /** Without the pages of files that the kernel can drop at any time; the two versions of cgroups name them differently. */
    private long memory() {
        JsonNode memory = stats.path("memory_stats");
        long usage = memory.path("usage").asLong();
        JsonNode details = memory.path("stats");
        long dispensable = details.path("total_inactive_file")
                .asLong(details.path("inactive_file").asLong());
        return dispensable < usage ? usage - dispensable : usage;
    }

    private long network(String which) {
        long sum = 0;
        for (JsonNode network : stats.path("networks")) {
            sum += network.path(which).asLong();
        }
        return sum;
    }

    private long disk(String operation) {
        long sum = 0;
        for (JsonNode entry : stats.at("/blkio_stats/io_service_bytes_recursive")) {
            if (entry.path("op").asText().equalsIgnoreCase(operation)) {
                sum += entry.path("value").asLong();
            }
        }
        return sum;
    }
}
