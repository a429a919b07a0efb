package org.skep.shell.commands.volume;

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
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.shell.commands.completion.VolumeDrivers;
import org.skep.shell.commands.flag.LaterFlags;
import org.skep.shell.commands.value.DriverOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code volume create}: a name for storage that tasks can mount on any node. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("volume create")
@Requires(Role.OPERATOR)
@Command(name = "create", description = "Create a volume")
public final class VolumeCreate implements ShellCommand {

    private static final String[] VALUES = {
        "--availability",
        "--group",
        "--limit-bytes",
        "--required-bytes",
        "--scope",
        "--secret",
        "--sharing",
        "--topology-preferred",
        "--topology-required",
        "--type"
    };

    @Parameters(arity = "0..1", paramLabel = "VOLUME", description = "Name of the volume (default a random one)")
    private String name = "";

    @Option(
            names = {"-d", "--driver"},
            paramLabel = "DRIVER",
            completionCandidates = VolumeDrivers.class,
            description = "Specify volume driver name (default local)")
    private String driver = "local";

    @Mixin
    private DriverOptions options = new DriverOptions();

    private final Control control;
    private CommandSpec command;

    @Activate
    public VolumeCreate(@Reference Control control) {
        this.control = control;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
        LaterFlags.add(spec, true, VALUES);
    }

    @Override
    public Outcome run(Session session) {
        LaterFlags.refuse(command, VALUES);
        Volume volume = control.volumes()
                .create(VolumeSpec.newBuilder()
                        .setAnnotations(options.annotations(name))
                        .setDriver(options.driver(driver))
                        .build());
        return Outcome.text(volume.getSpec().getAnnotations().getName());
    }
}
