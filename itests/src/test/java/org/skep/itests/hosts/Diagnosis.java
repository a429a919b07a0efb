package org.skep.itests.hosts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What happened on some hosts from some moment on: what their daemons logged, and what they answered last. */
final class Diagnosis {

    private static final int ENTRIES = 150;
    private static final int TRACE = 4;
    private static final String TIME = "\\d{4}-\\d\\d-\\d\\dT.*";

    private final Map<Host, Integer> logged = new LinkedHashMap<>();

    private Diagnosis() {}

    /** From now on. */
    static Diagnosis from(List<Host> hosts) {
        Diagnosis diagnosis = new Diagnosis();
        hosts.forEach(host -> diagnosis.logged.put(host, host.skepd().log().length()));
        return diagnosis;
    }

    private record Entry(String time, String text) {}

    String text() {
        StringBuilder text = new StringBuilder();
        logged.keySet()
                .forEach(host -> text.append("--- %s, %s, was last asked %s%n"
                        .formatted(
                                host, state(host), host.skepd().shell().last().strip())));
        List<Entry> entries = new ArrayList<>();
        logged.forEach((host, from) -> entries.addAll(entries(host, from)));
        entries.sort(Comparator.comparing(Entry::time));
        List<Entry> end = entries.subList(Math.max(0, entries.size() - ENTRIES), entries.size());
        text.append("--- the daemons' logs since the test began%n".formatted());
        text.append(end.stream().map(Entry::text).collect(Collectors.joining()));
        return text.toString();
    }

    private static String state(Host host) {
        if (!host.isOn()) {
            return "without power";
        }
        return host.skepd().running() ? "with a daemon" : "without a daemon";
    }

    private static List<Entry> entries(Host host, int from) {
        String log = host.skepd().log();
        List<List<String>> entries = new ArrayList<>();
        // a log that is shorter than it was is a new one
        log.substring(from <= log.length() ? from : 0).lines().forEach(line -> {
            if (line.matches(TIME) || entries.isEmpty()) {
                entries.add(new ArrayList<>());
            }
            entries.get(entries.size() - 1).add(line);
        });
        return entries.stream()
                .map(lines -> new Entry(
                        lines.get(0), lines.stream().limit(TRACE).collect(Collectors.joining("\n", host + " ", "\n"))))
                .toList();
    }
}
