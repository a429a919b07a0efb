package org.skep.shell.commands.info;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
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
import org.skep.api.node.NodeConfig;
import org.skep.control.Control;
import org.skep.control.Swarm;
import org.skep.shell.commands.FormatOption;
import org.skep.shell.commands.Sheet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code info}: what this node is, and its place in a swarm. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("info")
@Requires(Role.VIEWER)
@Command(name = "info", description = "Display system-wide information")
public final class Info implements ShellCommand {

    @Mixin
    private FormatOption format = new FormatOption();

    private final Control control;
    private final Swarm swarm;
    private final NodeConfig config;

    @Activate
    public Info(@Reference Control control, @Reference Swarm swarm, @Reference NodeConfig config) {
        this.control = control;
        this.swarm = swarm;
        this.config = config;
    }

    @Override
    public Outcome run(Session session) {
        SwarmSection section = SwarmSection.of(swarm.status(), control);
        if (format.given()) {
            return format.print(tree(section));
        }
        Swarm.Status status = section.status();
        return Sheet.narrow()
                .group("Server", server -> server.field("Name", status.hostname())
                        .field("Server Version", config.version())
                        .field("Runtime", runtime(status))
                        .field("Operating System", Platforms.os())
                        .field("Architecture", Platforms.architecture())
                        .field("CPUs", Runtime.getRuntime().availableProcessors())
                        .field("State Dir", config.stateDir())
                        .field("Swarm", section.state())
                        .indented(section::print)
                        .group("Labels", list -> new TreeMap<>(config.labels())
                                .forEach((key, value) -> list.line(key + "=" + value))))
                .outcome();
    }

    private static String runtime(Swarm.Status status) {
        return status.runtime().isEmpty() ? "none" : (status.runtime() + " " + status.runtimeVersion()).strip();
    }

    private Map<String, Object> tree(SwarmSection section) {
        Swarm.Status status = section.status();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("ID", status.nodeId());
        tree.put("Name", status.hostname());
        tree.put("ServerVersion", config.version());
        tree.put("DefaultRuntime", status.runtime());
        tree.put("OSType", Platforms.os());
        tree.put("Architecture", Platforms.architecture());
        tree.put("NCPU", Runtime.getRuntime().availableProcessors());
        tree.put("DockerRootDir", config.stateDir().toString());
        tree.put("Swarm", section.tree());
        tree.put("Labels", new TreeMap<>(config.labels()));
        return tree;
    }
}
