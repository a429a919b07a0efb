package org.skep.itests.differential;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a contender said, step by step, without what differs from run to run. */
final class Transcript {

    private final Map<String, List<String>> steps = new LinkedHashMap<>();

    void add(String step, List<String> lines) {
        List<String> before = steps.put(
                step,
                lines.stream()
                        .map(Transcript::lasting)
                        .filter(line -> !line.isEmpty())
                        .sorted()
                        .toList());
        if (before != null) {
            throw new IllegalStateException("two steps are called " + step);
        }
    }

    /** A line without what it may say otherwise next time. */
    static String lasting(String line) {
        return line.replaceAll("\\b[a-z0-9]{25}\\b", "ID")
                .replaceAll("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+(Z|\\+00:00)", "TIME")
                .replaceAll(" (less than a second|about an? \\w+|\\d+ \\w+) ago", "")
                .replaceAll("\\s+", " ")
                .strip();
    }

    /** A line that one has said and the other has not. */
    record Difference(String step, String docker, String skep) {

        @Override
        public String toString() {
            return step + (docker.isEmpty() ? ": only Skep: " + skep : ": only swarm mode: " + docker);
        }
    }

    /** Lines of either that the other has not, in the order of the steps. */
    static List<Difference> differences(Transcript docker, Transcript skep) {
        List<Difference> differences = new ArrayList<>();
        docker.steps.forEach((step, lines) -> {
            List<String> other = skep.steps.getOrDefault(step, List.of());
            without(lines, other).forEach(line -> differences.add(new Difference(step, line, "")));
            without(other, lines).forEach(line -> differences.add(new Difference(step, "", line)));
        });
        return differences;
    }

    private static List<String> without(List<String> lines, List<String> others) {
        List<String> left = new ArrayList<>(lines);
        others.forEach(left::remove);
        return left;
    }
}
