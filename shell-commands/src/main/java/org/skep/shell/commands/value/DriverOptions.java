package org.skep.shell.commands.value;

import java.util.List;
import org.skep.protocol.Annotations;
import org.skep.protocol.Driver;
import picocli.CommandLine.Option;

/** Driver options and labels of an object that is created: mix it in. */
public final class DriverOptions {

    @Option(
            names = {"-o", "--opt"},
            paramLabel = "KEY=VALUE",
            description = "Set driver specific options",
            converter = LabelConverter.class)
    private List<KeyValue> options = List.of();

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "Set metadata", converter = LabelConverter.class)
    private List<KeyValue> labels = List.of();

    public Driver driver(String name) {
        return Driver.newBuilder()
                .setName(name)
                .putAllOptions(KeyValue.map(options))
                .build();
    }

    public Annotations annotations(String name) {
        return Annotations.newBuilder()
                .setName(name)
                .putAllLabels(KeyValue.map(labels))
                .build();
    }
}
