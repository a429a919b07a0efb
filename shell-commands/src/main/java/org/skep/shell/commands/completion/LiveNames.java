package org.skep.shell.commands.completion;

import java.util.List;
import java.util.function.Supplier;
import org.skep.api.SkepException;
import org.skep.control.Control;

/** Names for completion, which has nothing to offer rather than fail. */
final class LiveNames {

    private LiveNames() {}

    static List<String> of(Supplier<List<String>> names) {
        try {
            return names.get().stream()
                    .filter(name -> !name.isEmpty())
                    .sorted()
                    .distinct()
                    .toList();
        } catch (SkepException e) {
            return List.of();
        }
    }

    static List<String> plugins(Control control, String type) {
        return of(() -> control.nodes().list().stream()
                .flatMap(node -> node.getDescription().getEngine().getPluginsList().stream())
                .filter(plugin -> plugin.getType().equals(type))
                .map(plugin -> plugin.getName())
                .toList());
    }
}
