package org.skep.shell.commands.info;

import java.util.LinkedHashMap;
import java.util.Map;
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
import org.skep.control.Swarm;
import org.skep.shell.commands.FormatOption;
import org.skep.shell.commands.Sheet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code version}: of the shell that answers and of the node it runs on, which are one. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("version")
@Requires(Role.VIEWER)
@Command(name = "version", description = "Show the version information")
public final class VersionInfo implements ShellCommand {

    @Mixin
    private FormatOption format = new FormatOption();

    private final Swarm swarm;
    private final NodeConfig config;

    @Activate
    public VersionInfo(@Reference Swarm swarm, @Reference NodeConfig config) {
        this.swarm = swarm;
        this.config = config;
    }

    @Override
    public Outcome run(Session session) {
        Swarm.Status status = swarm.status();
        String java = Runtime.version().toString();
        String platform = Platforms.os() + "/" + System.getProperty("os.arch", "");
        if (format.given()) {
            Map<String, Object> server = new LinkedHashMap<>();
            server.put("Version", config.version());
            server.put("JavaVersion", java);
            server.put("Os", Platforms.os());
            server.put("Arch", System.getProperty("os.arch", ""));
            server.put("Runtime", status.runtime());
            server.put("RuntimeVersion", status.runtimeVersion());
            Map<String, Object> tree = new LinkedHashMap<>();
            tree.put("Client", Map.of("Version", config.version()));
            tree.put("Server", server);
            return format.print(tree);
        }
        return new Sheet()
                .group("Client", sheet -> sheet.field("Version", config.version()))
                .group("Server", sheet -> sheet.field("Version", config.version())
                        .field("Java version", java)
                        .field("OS/Arch", platform)
                        .field("Runtime", status.runtime().isEmpty() ? "none" : status.runtime())
                        .some("Runtime version", status.runtimeVersion()))
                .outcome();
    }
}
