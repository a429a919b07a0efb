package org.skep.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.skep.api.file.IoReasons;

/** The unpacked distribution: {@code bundles/NN-name/*.jar}, where NN is a start level, and {@code lib/*.jar}. */
final class Distribution {

    /** Jars on the launcher's class path whose packages bundles share with it. */
    private static final List<String> SHARED = List.of("org.skep.api-", "slf4j-api-", "picocli-");

    private final Path home;
    private final List<Item> bundles;

    private Distribution(Path home, List<Item> bundles) {
        this.home = home;
        this.bundles = bundles;
    }

    /** One bundle of the distribution. */
    record Item(Path jar, int startLevel) {

        /** Where the framework reads it, without a copy. */
        String location() {
            return "reference:" + jar.toUri();
        }
    }

    static Distribution at(Path home) {
        try {
            List<Item> bundles = new ArrayList<>();
            for (Path level : list(home.resolve("bundles"))) {
                int number = Integer.parseInt(level.getFileName().toString().replaceFirst("-.*", ""));
                list(level).forEach(jar -> bundles.add(new Item(jar, number)));
            }
            return new Distribution(home, bundles);
        } catch (IOException | NumberFormatException e) {
            throw StartException.failed("the installation in " + home + " is damaged: no bundles/NN-name/*.jar", e);
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    List<Item> bundles() {
        return bundles;
    }

    int highestStartLevel() {
        return bundles.stream().mapToInt(Item::startLevel).max().orElse(1);
    }

    /** Differs when any jar differs. */
    String fingerprint() {
        try {
            List<Path> jars = new ArrayList<>(list(home.resolve("lib")));
            bundles.forEach(bundle -> jars.add(bundle.jar()));
            StringBuilder text = new StringBuilder();
            for (Path jar : jars) {
                text.append(jar)
                        .append(' ')
                        .append(Files.size(jar))
                        .append(' ')
                        .append(Files.getLastModifiedTime(jar).toMillis())
                        .append('\n');
            }
            return text.toString();
        } catch (IOException e) {
            throw StartException.failed("cannot read the installation in " + home + ": " + IoReasons.of(e), e);
        }
    }

    /** The packages that the system bundle exports, as the shared jars' own manifests have them. */
    String sharedPackages() {
        try {
            return list(home.resolve("lib")).stream()
                    .filter(jar -> SHARED.stream().anyMatch(jar.getFileName().toString()::startsWith))
                    .map(Distribution::exports)
                    .collect(Collectors.joining(","));
        } catch (IOException e) {
            throw StartException.failed("cannot read the installation in " + home + ": " + IoReasons.of(e), e);
        }
    }

    private static String exports(Path jar) {
        try (JarFile file = new JarFile(jar.toFile())) {
            Attributes manifest = file.getManifest().getMainAttributes();
            return manifest.getValue("Export-Package");
        } catch (IOException e) {
            throw StartException.failed("cannot read " + jar + ": " + IoReasons.of(e), e);
        }
    }
}
