package org.skep.shell.commands.swarm;

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
import org.skep.control.Swarm;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.NodeRole;
import org.skep.shell.commands.node.Availability;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.Values;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code swarm init}: makes this node the first manager of a new swarm, or the only one that is left of its own. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm init")
@Requires(Role.ADMIN)
@Command(name = "init", description = "Initialize a swarm")
public final class SwarmInit implements ShellCommand {

    private static final int DEFAULT_MASK_LENGTH = 24;

    @Mixin
    private AddressFlags addresses = new AddressFlags();

    @Mixin
    private ClusterFlags cluster = new ClusterFlags();

    @Option(
            names = "--availability",
            paramLabel = "AVAILABILITY",
            description = "Availability of the node: ${COMPLETION-CANDIDATES} (default active)")
    private Availability availability;

    @Option(
            names = "--data-path-port",
            paramLabel = "PORT",
            description = "Port for data path traffic, 1024 to 49151 (default 4789)",
            converter = DataPathPort.class)
    private int dataPathPort;

    @Option(
            names = "--default-addr-pool",
            paramLabel = "CIDR",
            split = ",",
            description = "Addresses that networks get theirs from; repeatable (default 10.0.0.0/8)",
            converter = AddressPool.Converter.class)
    private List<AddressPool> pools = List.of();

    @Option(
            names = "--default-addr-pool-mask-length",
            paramLabel = "BITS",
            description = "Mask length of the subnets that the pools are cut into (default 24)",
            converter = MaskLength.class)
    private int maskLength;

    @Option(
            names = "--force-new-cluster",
            description = "Go on with the state of this manager and without all others, which are lost")
    private boolean forceNewCluster;

    private final Swarm swarm;
    private final Control control;
    private CommandSpec command;

    @Activate
    public SwarmInit(@Reference Swarm swarm, @Reference Control control) {
        this.swarm = swarm;
        this.control = control;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        cluster.check();
        String node = forceNewCluster ? recover() : create();
        List<String> lines = new ArrayList<>();
        lines.add("Swarm initialized: current node (" + node + ") is now a manager.");
        lines.add("");
        lines.addAll(Invitations.join(
                NodeRole.NODE_ROLE_WORKER, control.clusters().joinToken(NodeRole.NODE_ROLE_WORKER, false)));
        lines.add("To add a manager to this swarm, run 'swarm join-token manager' and follow the instructions.");
        lines.add("");
        if (control.clusters().get().getSpec().getEncryptionConfig().getAutoLockManagers()) {
            lines.addAll(Invitations.unlock(control.clusters().unlockKey(false)));
        }
        return new Outcome.Text(lines);
    }

    private String create() throws InterruptedException {
        int subnet = maskLength == 0 ? DEFAULT_MASK_LENGTH : maskLength;
        for (AddressPool pool : pools) {
            if (pool.prefix() > subnet) {
                throw wrong("the pool " + pool.text() + " has no room for a subnet with a mask length of " + subnet);
            }
        }
        ClusterSpec.Builder spec = ClusterSpec.newBuilder();
        cluster.apply(spec);
        return swarm.init(new Swarm.Creation(
                addresses.addresses(),
                (availability == null ? Availability.ACTIVE : availability).spec(),
                spec.build(),
                pools.stream().map(AddressPool::text).toList(),
                maskLength,
                dataPathPort));
    }

    private String recover() throws InterruptedException {
        if (cluster.given() || availability != null || dataPathPort != 0 || !pools.isEmpty() || maskLength != 0) {
            throw wrong("--force-new-cluster keeps the swarm's settings: only addresses go with it");
        }
        return swarm.forceNewCluster(addresses.addresses());
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    static final class DataPathPort implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            int port = (int) Counts.within(text, "a port", 49_151);
            if (port != 0 && port < 1024) {
                throw Values.bad(text, "a port for data path traffic", "use 1024 to 49151");
            }
            return port;
        }
    }

    static final class MaskLength implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            return (int) Counts.within(text, "a mask length", 32);
        }
    }
}
