package org.skep.shell.commands.config;

import com.google.protobuf.ByteString;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.protocol.Annotations;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.shell.commands.flag.LaterFlags;
import org.skep.shell.commands.value.KeyValue;
import org.skep.shell.commands.value.LabelConverter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code config create}: stores a small file for services. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("config create")
@Requires(Role.OPERATOR)
@Command(name = "create", description = "Create a config from a file or STDIN")
public final class ConfigCreate implements ShellCommand {

    /** One more than a config may have, so that the answer names the limit and not a read that broke off. */
    private static final int LARGEST = 1_024_000;

    @Parameters(index = "0", paramLabel = "CONFIG", description = "Name of the config")
    private String name;

    @Parameters(index = "1", paramLabel = "FILE|-", description = "File with the content, - for standard input")
    private String file;

    @Option(
            names = {"-l", "--label"},
            paramLabel = "KEY=VALUE",
            description = "Config labels",
            converter = LabelConverter.class)
    private List<KeyValue> labels = List.of();

    private final Control control;
    private CommandSpec command;

    @Activate
    public ConfigCreate(@Reference Control control) {
        this.control = control;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
        LaterFlags.add(spec, true, "--template-driver");
    }

    @Override
    public Outcome run(Session session) {
        LaterFlags.refuse(command, "--template-driver");
        Config config = control.configs()
                .create(ConfigSpec.newBuilder()
                        .setAnnotations(Annotations.newBuilder().setName(name).putAllLabels(KeyValue.map(labels)))
                        .setData(ByteString.copyFrom(session.read(file, LARGEST)))
                        .build());
        return Outcome.text(config.getId());
    }
}
