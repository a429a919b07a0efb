package org.skep.shell.commands.network;

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
import org.skep.protocol.IPAMConfig;
import org.skep.protocol.IPAMOptions;
import org.skep.protocol.NetworkSpec;
import org.skep.shell.commands.completion.NetworkDrivers;
import org.skep.shell.commands.flag.LaterFlags;
import org.skep.shell.commands.value.DriverOptions;
import org.skep.shell.commands.value.Values;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code network create}: a network that services can attach to. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("network create")
@Requires(Role.OPERATOR)
@Command(name = "create", description = "Create a network")
public final class NetworkCreate implements ShellCommand {

    private static final String[] VALUES = {"--aux-address", "--config-from", "--ipam-driver", "--ipam-opt"};
    private static final String[] SWITCHES = {"--config-only", "--ingress", "--ipv4", "--ipv6"};

    @Parameters(paramLabel = "NETWORK", description = "Name of the network")
    private String name;

    @Option(
            names = {"-d", "--driver"},
            paramLabel = "DRIVER",
            completionCandidates = NetworkDrivers.class,
            description = "Driver to manage the network (default bridge)")
    private String driver = "bridge";

    @Mixin
    private DriverOptions options = new DriverOptions();

    @Option(names = "--subnet", paramLabel = "CIDR", description = "Subnet that represents a network segment")
    private List<String> subnets = List.of();

    @Option(names = "--gateway", paramLabel = "IP", description = "Gateway of the subnet at the same place in the line")
    private List<String> gateways = List.of();

    @Option(names = "--ip-range", paramLabel = "CIDR", description = "Allocate addresses from a part of the subnet")
    private List<String> ranges = List.of();

    @Option(names = "--internal", description = "Restrict external access to the network")
    private boolean internal;

    @Option(names = "--attachable", description = "Enable manual container attachment")
    private boolean attachable;

    @Option(names = "--scope", paramLabel = "SCOPE", description = "Only swarm, which is the default")
    private String scope = "swarm";

    private final Control control;
    private CommandSpec command;

    @Activate
    public NetworkCreate(@Reference Control control) {
        this.control = control;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
        LaterFlags.add(spec, true, VALUES);
        LaterFlags.add(spec, false, SWITCHES);
    }

    @Override
    public Outcome run(Session session) {
        LaterFlags.refuse(command, VALUES);
        LaterFlags.refuse(command, SWITCHES);
        if (!scope.equals("swarm")) {
            throw wrong("'" + Values.shown(scope) + "' is not a supported scope: use swarm");
        }
        NetworkSpec.Builder spec = NetworkSpec.newBuilder()
                .setAnnotations(options.annotations(name))
                .setDriverConfig(options.driver(driver))
                .setInternal(internal)
                .setAttachable(attachable);
        if (gateways.size() > subnets.size() || ranges.size() > subnets.size()) {
            throw wrong("every --gateway and --ip-range needs a --subnet");
        }
        if (!subnets.isEmpty()) {
            spec.setIpam(ipam());
        }
        return Outcome.text(control.networks().create(spec.build()).getId());
    }

    private IPAMOptions ipam() {
        IPAMOptions.Builder ipam = IPAMOptions.newBuilder();
        for (int i = 0; i < subnets.size(); i++) {
            IPAMConfig.Builder config = IPAMConfig.newBuilder()
                    .setFamily(
                            subnets.get(i).contains(":")
                                    ? IPAMConfig.AddressFamily.IPV6
                                    : IPAMConfig.AddressFamily.IPV4)
                    .setSubnet(subnets.get(i));
            if (i < gateways.size()) {
                config.setGateway(gateways.get(i));
            }
            if (i < ranges.size()) {
                config.setRange(ranges.get(i));
            }
            ipam.addConfigs(config);
        }
        return ipam.build();
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }
}
