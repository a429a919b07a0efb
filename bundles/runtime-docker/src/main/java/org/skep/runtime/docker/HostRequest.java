package org.skep.runtime.docker;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Isolation;
import com.github.dockerjava.api.model.Ports;
import com.github.dockerjava.api.model.Ulimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.KernelSettings;
import org.skep.api.runtime.LogDriver;
import org.skep.api.runtime.NameResolution;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskDescription;

/** What a task asks of its host, in the engine's words. */
record HostRequest(TaskDescription task) {

    /** @throws SkepException if the engine has no words for it */
    HostConfig build() {
        ContainerConfig container = task.container();
        HostConfig config = new FullHostConfig(container.log())
                .withMounts(container.mounts().stream()
                        .map(MountRequest::new)
                        .map(MountRequest::build)
                        .toList())
                .withReadonlyRootfs(container.readOnly())
                .withCapAdd(capabilities(container.capabilityAdd()))
                .withCapDrop(capabilities(container.capabilityDrop()))
                .withGroupAdd(container.groups());
        container.init().ifPresent(config::withInit);
        addLimits(config);
        addKernel(config);
        addNames(config);
        if (!task.networks().isEmpty()) {
            config.withNetworkMode(task.networks().get(0).runtimeName());
        }
        if (!task.ports().isEmpty()) {
            Ports bindings = new Ports();
            task.ports().forEach(port -> bindings.bind(ContainerRequest.exposed(port), ContainerRequest.binding(port)));
            config.withPortBindings(bindings);
        }
        return config;
    }

    private void addLimits(HostConfig config) {
        ResourceLimits limits = task.limits();
        // Reservations are the scheduler's promise; the engine's soft limit is another thing.
        if (limits.limitNanoCpus() > 0) {
            config.withNanoCPUs(limits.limitNanoCpus());
        }
        if (limits.limitMemoryBytes() > 0) {
            config.withMemory(limits.limitMemoryBytes());
        }
        // The engine counts memory and swap together.
        limits.swapBytes().ifPresent(swap -> config.withMemorySwap(swap < 0 ? -1 : limits.limitMemoryBytes() + swap));
        limits.swappiness().ifPresent(config::withMemorySwappiness);
    }

    private void addKernel(HostConfig config) {
        KernelSettings kernel = task.container().kernel();
        if (!kernel.sysctls().isEmpty()) {
            config.withSysctls(kernel.sysctls());
        }
        if (!kernel.ulimits().isEmpty()) {
            config.withUlimits(kernel.ulimits().stream()
                    .map(limit -> new Ulimit(limit.name(), limit.soft(), limit.hard()))
                    .toList());
        }
        if (kernel.pidsLimit() > 0) {
            config.withPidsLimit(kernel.pidsLimit());
        }
        if (kernel.oomScoreAdj() != 0) {
            config.withOomScoreAdj(kernel.oomScoreAdj());
        }
        if (!kernel.securityOptions().isEmpty()) {
            config.withSecurityOpts(kernel.securityOptions());
        }
        if (!kernel.isolation().isEmpty()) {
            config.withIsolation(Isolation.valueOf(kernel.isolation().toUpperCase(Locale.ROOT)));
        }
    }

    private void addNames(HostConfig config) {
        NameResolution names = task.container().names();
        if (!names.hosts().isEmpty()) {
            config.withExtraHosts(names.hosts().toArray(String[]::new));
        }
        if (!names.servers().isEmpty()) {
            config.withDns(names.servers());
        }
        if (!names.searchDomains().isEmpty()) {
            config.withDnsSearch(names.searchDomains());
        }
        if (!names.options().isEmpty()) {
            config.withDnsOptions(names.options());
        }
    }

    private static Capability[] capabilities(List<String> names) {
        List<Capability> capabilities = new ArrayList<>();
        for (String name : names) {
            String bare = name.toUpperCase(Locale.ROOT).replaceFirst("^CAP_", "");
            try {
                capabilities.add(Capability.valueOf(bare));
            } catch (IllegalArgumentException e) {
                throw SkepException.user(
                        "CAPABILITY_UNKNOWN",
                        "\"" + name + "\" is not a Linux capability",
                        "for instance NET_ADMIN, or ALL");
            }
        }
        return capabilities.toArray(Capability[]::new);
    }

    /** The client library knows some log drivers only. */
    private static final class FullHostConfig extends HostConfig {

        private final transient Map<String, Object> more;

        FullHostConfig(LogDriver log) {
            more = log.equals(LogDriver.DEFAULT)
                    ? Map.of()
                    : Map.of("LogConfig", Map.of("Type", log.name(), "Config", log.options()));
        }

        @Override
        public Map<String, Object> getRawValues() {
            return more;
        }
    }
}
