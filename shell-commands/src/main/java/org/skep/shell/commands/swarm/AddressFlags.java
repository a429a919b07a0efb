package org.skep.shell.commands.swarm;

import java.util.Optional;
import org.skep.control.Swarm;
import picocli.CommandLine.Option;

/** Where a node is to be found, when it founds or joins a swarm: mix it in. */
public final class AddressFlags {

    @Option(names = "--advertise-addr", paramLabel = "HOST|IFNAME[:PORT]", description = "Where others reach this node")
    private Optional<String> advertise = Optional.empty();

    @Option(
            names = "--listen-addr",
            paramLabel = "IP|IFNAME[:PORT]",
            description = "Where this node listens while it is a manager (default 0.0.0.0:2377)")
    private Optional<String> listen = Optional.empty();

    @Option(
            names = "--data-path-addr",
            paramLabel = "IP|IFNAME",
            description = "Address or interface to use for data path traffic")
    private Optional<String> dataPath = Optional.empty();

    Swarm.Addresses addresses() {
        return new Swarm.Addresses(advertise, listen, dataPath);
    }
}
