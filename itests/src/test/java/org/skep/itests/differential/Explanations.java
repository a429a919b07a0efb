package org.skep.itests.differential;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.skep.itests.differential.Transcript.Difference;

/**
 * Why Skep differs: {@code explanations.txt} has paragraphs, each a sentence after a {@code #}, then patterns of the
 * differences that it explains.
 */
final class Explanations {

    private final Map<Pattern, String> sentences = new LinkedHashMap<>();
    private final Map<Pattern, List<Difference>> explained = new LinkedHashMap<>();

    static Explanations read() {
        Explanations explanations = new Explanations();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(Explanations.class.getResourceAsStream("explanations.txt")),
                StandardCharsets.UTF_8))) {
            String sentence = "";
            for (String line : lines.lines().toList()) {
                if (line.startsWith("# ")) {
                    sentence = line.substring(2);
                } else if (!line.isBlank()) {
                    Pattern pattern = Pattern.compile(line);
                    explanations.sentences.put(pattern, sentence);
                    explanations.explained.put(pattern, new ArrayList<>());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return explanations;
    }

    boolean explain(Difference difference) {
        for (Map.Entry<Pattern, List<Difference>> entry : explained.entrySet()) {
            if (entry.getKey().matcher(difference.toString()).find()) {
                entry.getValue().add(difference);
                return true;
            }
        }
        return false;
    }

    List<String> unused() {
        return explained.entrySet().stream()
                .filter(entry -> entry.getValue().isEmpty())
                .map(entry -> entry.getKey().pattern())
                .toList();
    }

    /** Every difference with its explanation. */
    String report() {
        StringBuilder report = new StringBuilder("Where Skep differs from swarm mode:\n");
        explained.forEach((pattern, differences) -> {
            if (!differences.isEmpty()) {
                report.append(sentences.get(pattern)).append('\n');
                differences.forEach(
                        difference -> report.append("    ").append(difference).append('\n'));
            }
        });
        return report.toString();
    }
}
