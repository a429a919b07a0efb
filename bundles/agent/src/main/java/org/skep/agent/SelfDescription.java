package org.skep.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.NodeCredentials;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeInfo;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.GenericResource;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.Platform;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.Resources;
import org.skep.template.task.TaskTemplates;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this node says of itself. While the engine does not answer, its last figures stand: resources that vanish for a
 * moment would cost tasks their place.
 */
final class SelfDescription {

    private static final Logger LOG = LoggerFactory.getLogger(SelfDescription.class);

    private final NodeConfig config;
    private final Drivers drivers;
    private final AtomicReference<NodeCredentials> credentials = new AtomicReference<>();
    private Optional<RuntimeInfo> lastInfo = Optional.empty();

    SelfDescription(NodeConfig config, Drivers drivers) {
        this.config = config;
        this.drivers = drivers;
    }

    void set(NodeCredentials value) {
        credentials.set(value);
    }

    /** @return whether these were the ones that counted */
    boolean unset(NodeCredentials value) {
        return credentials.compareAndSet(value, null);
    }

    /** May block while the engine is asked. */
    synchronized NodeDescription now() {
        Optional<NodeRuntime> runtime = drivers.runtime();
        runtime.flatMap(SelfDescription::ask).ifPresent(info -> lastInfo = Optional.of(info));
        RuntimeInfo info = lastKnown();
        EngineDescription.Builder engine =
                EngineDescription.newBuilder().setEngineVersion(info.version()).putAllLabels(config.labels());
        runtime.ifPresent(present -> engine.addPlugins(plugin("Runtime", present.name())));
        addAll(engine, "Volume", drivers.volumeNames());
        addAll(engine, "Network", drivers.networkNames());
        addAll(engine, "Log", info.logDrivers());
        NodeDescription.Builder description = NodeDescription.newBuilder();
        TlsInfo.of(credentials.get()).ifPresent(description::setTlsInfo);
        return description
                .setHostname(config.hostname())
                .setPlatform(Platform.newBuilder().setOs(info.os()).setArchitecture(info.architecture()))
                .setResources(Resources.newBuilder()
                        .setNanoCpus(info.nanoCpus())
                        .setMemoryBytes(info.memoryBytes())
                        .addAllGeneric(generic(info)))
                .setEngine(engine)
                .build();
    }

    /** Where tasks of this node run. */
    synchronized TaskTemplates.Place place() {
        RuntimeInfo info = lastKnown();
        return new TaskTemplates.Place(config.hostname(), info.os(), info.architecture());
    }

    private RuntimeInfo lastKnown() {
        return lastInfo.orElseGet(SelfDescription::host);
    }

    /** What the operator of this node says of a kind stands above what its engine was told. */
    private List<GenericResource> generic(RuntimeInfo info) {
        List<org.skep.api.runtime.GenericResource> all = new ArrayList<>(config.genericResources());
        Set<String> told = config.genericResources().stream()
                .map(org.skep.api.runtime.GenericResource::kind)
                .collect(Collectors.toSet());
        info.genericResources().stream()
                .filter(resource -> !told.contains(resource.kind()))
                .forEach(all::add);
        return all.stream().map(SelfDescription::generic).toList();
    }

    private static GenericResource generic(org.skep.api.runtime.GenericResource resource) {
        GenericResource.Builder generic = GenericResource.newBuilder();
        if (resource.name().isEmpty()) {
            generic.getDiscreteResourceSpecBuilder().setKind(resource.kind()).setValue(resource.amount());
        } else {
            generic.getNamedResourceSpecBuilder().setKind(resource.kind()).setValue(resource.name());
        }
        return generic.build();
    }

    private static Optional<RuntimeInfo> ask(NodeRuntime runtime) {
        try {
            return Optional.of(runtime.driver().info());
        } catch (RuntimeException e) {
            LOG.debug("the runtime does not answer", e);
            return Optional.empty();
        }
    }

    private static void addAll(EngineDescription.Builder engine, String type, List<String> names) {
        names.forEach(name -> engine.addPlugins(plugin(type, name)));
    }

    private static PluginDescription plugin(String type, String name) {
        return PluginDescription.newBuilder().setType(type).setName(name).build();
    }

    /** The host as the JVM and the kernel see it. */
    private static RuntimeInfo host() {
        String architecture = System.getProperty("os.arch");
        return new RuntimeInfo(
                "",
                System.getProperty("os.name").toLowerCase(java.util.Locale.ROOT),
                architecture.equals("amd64") ? "x86_64" : architecture,
                Runtime.getRuntime().availableProcessors() * 1_000_000_000L,
                totalMemory());
    }

    private static long totalMemory() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemTotal:"))
                    .map(line -> line.replaceAll("\\D", ""))
                    .mapToLong(kib -> Long.parseLong(kib) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            LOG.debug("no /proc/meminfo", e);
            return 0;
        }
    }
}
