package org.skep.shell.commands.listing;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.skep.protocol.PortConfig;
import org.skep.shell.commands.value.Ports;

/** Ports in one line: {@code *:8080-8081->80-81/tcp}. */
public final class PortList {

    private PortList() {}

    public static String print(List<PortConfig> ports) {
        List<PortConfig> sorted = ports.stream()
                .filter(port -> port.getPublishedPort() != 0)
                .sorted(Comparator.comparing(PortConfig::getProtocol)
                        .thenComparing(PortConfig::getPublishMode)
                        .thenComparing(PortConfig::getPublishedPort)
                        .thenComparing(PortConfig::getTargetPort))
                .toList();
        List<Run> runs = new ArrayList<>();
        for (PortConfig port : sorted) {
            Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
            if (last != null && last.continues(port)) {
                runs.set(runs.size() - 1, new Run(last.first, last.length + 1));
            } else {
                runs.add(new Run(port, 1));
            }
        }
        return runs.stream().map(Run::print).collect(Collectors.joining(", "));
    }

    private record Run(PortConfig first, int length) {

        boolean continues(PortConfig port) {
            return port.getProtocol() == first.getProtocol()
                    && port.getPublishMode() == first.getPublishMode()
                    && port.getPublishedPort() == first.getPublishedPort() + length
                    && port.getTargetPort() == first.getTargetPort() + length;
        }

        String print() {
            return "*:" + range(first.getPublishedPort()) + "->" + range(first.getTargetPort()) + "/"
                    + Ports.print(first.getProtocol());
        }

        private String range(int start) {
            return length == 1 ? String.valueOf(start) : start + "-" + (start + length - 1);
        }
    }
}
