package org.skep.shell.commands.config;

import java.util.ArrayList;
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
import org.skep.protocol.Config;
import org.skep.protocol.Times;
import org.skep.shell.commands.FormatOption;
import org.skep.shell.commands.Sheet;
import org.skep.shell.commands.completion.ConfigNames;
import org.skep.shell.commands.tree.Trees;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code config inspect}: configs in full, or laid out for people. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("config inspect")
@Requires(Role.VIEWER)
@Command(name = "inspect", description = "Display detailed information on one or more configs")
public final class ConfigInspect implements ShellCommand {

    @Parameters(
            arity = "1..*",
            paramLabel = "CONFIG",
            description = "Configs by name or ID",
            completionCandidates = ConfigNames.class)
    private List<String> references;

    @Mixin
    private FormatOption format = new FormatOption();

    @Option(names = "--pretty", description = "Print the information in a human friendly format")
    private boolean pretty;

    private final Control control;

    @Activate
    public ConfigInspect(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        return pretty
                ? Outcome.each(references, reference -> print(control.configs().get(reference)))
                : format.print(
                        references, reference -> Trees.config(control.configs().get(reference)));
    }

    private static Outcome print(Config config) {
        List<String> lines = new ArrayList<>(new Sheet()
                .field("ID", config.getId())
                .field("Name", config.getSpec().getAnnotations().getName())
                .labels("Labels", config.getSpec().getAnnotations().getLabelsMap())
                .field("Created at", Times.instant(config.getMeta().getCreatedAt()))
                .field("Updated at", Times.instant(config.getMeta().getUpdatedAt()))
                .lines());
        lines.add("Data:");
        lines.addAll(config.getSpec().getData().toStringUtf8().lines().toList());
        return new Outcome.Text(lines);
    }
}
