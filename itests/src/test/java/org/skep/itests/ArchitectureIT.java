package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may know whom: the rules of the design, held against what the bundles really import. */
class ArchitectureIT {

    /** Skep packages each bundle may import, beside its own. Commands see the Control API and never the store. */
    private static final Map<String, Set<String>> MAY_KNOW = Map.ofEntries(
            Map.entry("org.skep.protocol", Set.of()),
            Map.entry("org.skep.api", Set.of()),
            Map.entry("org.skep.template", Set.of("protocol", "api")),
            Map.entry("org.skep.store", Set.of("protocol", "api")),
            Map.entry("org.skep.raft", Set.of("protocol", "store", "api")),
            Map.entry("org.skep.grpc", Set.of()),
            Map.entry("org.skep.rpc", Set.of("protocol", "api", "store")),
            Map.entry("org.skep.pki", Set.of("protocol", "api", "store", "rpc")),
            Map.entry("org.skep.control", Set.of("protocol", "api", "store", "pki", "rpc", "template")),
            Map.entry("org.skep.allocator", Set.of("protocol", "api", "store")),
            Map.entry("org.skep.scheduler", Set.of("protocol", "api", "store")),
            Map.entry("org.skep.orchestrator", Set.of("protocol", "api", "store", "scheduler.constraint")),
            Map.entry("org.skep.dispatcher", Set.of("protocol", "api", "store", "rpc")),
            Map.entry("org.skep.agent", Set.of("protocol", "api", "rpc", "template")),
            Map.entry("org.skep.node", Set.of("protocol", "api", "store", "control", "pki")),
            Map.entry("org.skep.runtime.docker", Set.of("api")),
            Map.entry("org.skep.runtime.process", Set.of("api")),
            Map.entry("org.skep.volume.local", Set.of("api")),
            Map.entry("org.skep.volume.nfs", Set.of("api")),
            Map.entry("org.skep.network", Set.of("api")),
            Map.entry("org.skep.plugins", Set.of("api")),
            Map.entry("org.skep.shell", Set.of("api", "template")),
            Map.entry("org.skep.shell.commands", Set.of("protocol", "api", "control", "shell", "plugins", "template")));

    static Stream<Path> skepBundles() {
        return Stream.concat(
                        Distribution.unpack().bundles().stream(),
                        Stream.of(Distribution.unpack().api()))
                .filter(jar -> Manifests.symbolicName(jar).startsWith("org.skep."));
    }

    @ParameterizedTest
    @MethodSource("skepBundles")
    void aBundleKnowsOnlyWhomItMay(Path jar) {
        String bundle = Manifests.symbolicName(jar);
        assertThat(MAY_KNOW).as("%s has a place in the design", bundle).containsKey(bundle);

        Set<String> known = Manifests.imports(jar).stream()
                .filter(name -> name.startsWith("org.skep."))
                .filter(name -> !Manifests.exports(jar).contains(name))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(known).as("Skep packages that %s imports", bundle).allMatch(name -> MAY_KNOW.get(bundle).stream()
                .anyMatch(room -> name.equals("org.skep." + room) || name.startsWith("org.skep." + room + ".")));
    }

    @ParameterizedTest
    @MethodSource("skepBundles")
    void anExportedPackageHasAVersion(Path jar) {
        assertThat(Manifests.exportClauses(jar)).allMatch(clause -> clause.contains("version="));
    }

    @Test
    void noPackageHasTwoHomes() {
        Map<String, Set<String>> homes = new TreeMap<>();
        skepBundles()
                .forEach(jar -> Manifests.exports(jar).forEach(name -> homes.computeIfAbsent(name, n -> new TreeSet<>())
                        .add(Manifests.symbolicName(jar))));

        assertThat(homes)
                .allSatisfy((name, bundles) -> assertThat(bundles).as(name).hasSize(1));
    }
}
