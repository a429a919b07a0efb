package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
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
            Map.entry("org.skep.store", Set.of("protocol", "api")),
            Map.entry("org.skep.raft", Set.of("store", "api")),
            Map.entry("org.skep.control", Set.of("protocol", "api", "store", "scheduler.constraint")),
            Map.entry("org.skep.allocator", Set.of("protocol", "api", "store")),
            Map.entry("org.skep.scheduler", Set.of("protocol", "api", "store")),
            Map.entry("org.skep.orchestrator", Set.of("protocol", "api", "store", "scheduler.constraint")),
            Map.entry("org.skep.dispatcher", Set.of("protocol", "api", "store")),
            Map.entry("org.skep.agent", Set.of("protocol", "api")),
            Map.entry("org.skep.node", Set.of("protocol", "api", "store", "control")),
            Map.entry("org.skep.runtime.docker", Set.of("api")),
            Map.entry("org.skep.runtime.process", Set.of("api")),
            Map.entry("org.skep.volume.local", Set.of("api")),
            Map.entry("org.skep.volume.nfs", Set.of("api")),
            Map.entry("org.skep.network", Set.of("api")),
            Map.entry("org.skep.shell", Set.of("api")),
            Map.entry("org.skep.shell.commands", Set.of("protocol", "api", "control", "shell")));

    static Stream<Path> skepBundles() {
        return Stream.concat(
                        Distribution.unpack().bundles().stream(),
                        Stream.of(Distribution.unpack().api()))
                .filter(jar -> symbolicName(jar).startsWith("org.skep."));
    }

    @ParameterizedTest
    @MethodSource("skepBundles")
    void aBundleKnowsOnlyWhomItMay(Path jar) {
        String bundle = symbolicName(jar);
        assertThat(MAY_KNOW).as("%s has a place in the design", bundle).containsKey(bundle);

        Set<String> known = imports(jar).stream()
                .filter(name -> name.startsWith("org.skep."))
                .filter(name -> !exports(jar).contains(name))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(known).as("Skep packages that %s imports", bundle).allMatch(name -> MAY_KNOW.get(bundle).stream()
                .anyMatch(room -> name.equals("org.skep." + room) || name.startsWith("org.skep." + room + ".")));
    }

    @ParameterizedTest
    @MethodSource("skepBundles")
    void anExportedPackageHasAVersion(Path jar) {
        String exported = manifest(jar).getMainAttributes().getValue("Export-Package");

        if (exported != null) {
            assertThat(clauses(exported)).allMatch(clause -> clause.contains("version="));
        }
    }

    @Test
    void noPackageHasTwoHomes() {
        Map<String, Set<String>> homes = new TreeMap<>();
        skepBundles().forEach(jar -> exports(jar).forEach(name -> homes.computeIfAbsent(name, n -> new TreeSet<>())
                .add(symbolicName(jar))));

        assertThat(homes)
                .allSatisfy((name, bundles) -> assertThat(bundles).as(name).hasSize(1));
    }

    private static String symbolicName(Path jar) {
        String name = manifest(jar).getMainAttributes().getValue("Bundle-SymbolicName");
        return name == null ? "" : name.split(";")[0];
    }

    private static Set<String> imports(Path jar) {
        return names(manifest(jar).getMainAttributes().getValue("Import-Package"));
    }

    private static Set<String> exports(Path jar) {
        return names(manifest(jar).getMainAttributes().getValue("Export-Package"));
    }

    private static Set<String> names(String header) {
        return clauses(header).stream()
                .flatMap(clause -> Arrays.stream(clause.split(";")).filter(part -> !part.contains("=")))
                .map(String::strip)
                .collect(Collectors.toSet());
    }

    private static List<String> clauses(String header) {
        if (header == null) {
            return List.of();
        }
        return List.of(Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)").split(header));
    }

    private static Manifest manifest(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
