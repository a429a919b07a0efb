package org.skep.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.NodeCredentials;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeInfo;
import org.skep.protocol.EngineDescription;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.Platform;
import org.skep.protocol.PluginDescription;
import org.skep.protocol.Resources;
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
        RuntimeInfo info = lastInfo.orElseGet(SelfDescription::host);
        EngineDescription.Builder engine =
                EngineDescription.newBuilder().setEngineVersion(info.version()).putAllLabels(config.labels());
        runtime.ifPresent(present -> engine.addPlugins(plugin("Runtime", present.name())));
        addAll(engine, "Volume", drivers.volumeNames());
        addAll(engine, "Network", drivers.networkNames());
        NodeDescription.Builder description = NodeDescription.newBuilder();
        TlsInfo.of(credentials.get()).ifPresent(description::setTlsInfo);
        return description
                .setHostname(config.hostname())
                .setPlatform(Platform.newBuilder().setOs(info.os()).setArchitecture(info.architecture()))
                .setResources(
                        Resources.newBuilder().setNanoCpus(info.nanoCpus()).setMemoryBytes(info.memoryBytes()))
                .setEngine(engine)
                .build();
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
