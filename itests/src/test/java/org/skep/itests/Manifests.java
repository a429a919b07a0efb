package org.skep.itests;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What bundles say of themselves. */
final class Manifests {

    private static final Pattern COMMA_OUTSIDE_OF_QUOTES = Pattern.compile(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)");

    private Manifests() {}

    static String symbolicName(Path jar) {
        return header(jar, "Bundle-SymbolicName").split(";")[0];
    }

    static Set<String> imports(Path jar) {
        return names(clauses(header(jar, "Import-Package")));
    }

    static Set<String> exports(Path jar) {
        return names(exportClauses(jar));
    }

    static List<String> exportClauses(Path jar) {
        return clauses(header(jar, "Export-Package"));
    }

    private static Set<String> names(List<String> clauses) {
        return clauses.stream()
                .flatMap(clause -> Arrays.stream(clause.split(";")).filter(part -> !part.contains("=")))
                .map(String::strip)
                .collect(Collectors.toSet());
    }

    private static List<String> clauses(String header) {
        return header.isEmpty() ? List.of() : List.of(COMMA_OUTSIDE_OF_QUOTES.split(header));
    }

    private static String header(Path jar, String name) {
        try (JarFile file = new JarFile(jar.toFile())) {
            String value = file.getManifest().getMainAttributes().getValue(name);
            return value == null ? "" : value;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
