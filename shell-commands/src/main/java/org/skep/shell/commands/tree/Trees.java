package org.skep.shell.commands.tree;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.skep.protocol.Config;
import org.skep.protocol.IPAMConfig;
import org.skep.protocol.Network;
import org.skep.protocol.Volume;

/** Networks, volumes and configs in full, with the field names of docker's API. */
public final class Trees {

    private static final String PREDEFINED = "com.docker.swarm.predefined";

    private Trees() {}

    public static Map<String, Object> network(Network network) {
        return new Tree()
                .put("Name", network.getSpec().getAnnotations().getName())
                .put("Id", network.getId())
                .put("Created", Tree.time(network.getMeta().getCreatedAt()))
                .put("Scope", scope(network))
                .put("Driver", driver(network))
                .put("EnableIPv4", true)
                .put("EnableIPv6", network.getSpec().getIpv6Enabled())
                .put("IPAM", ipam(network))
                .put("Internal", network.getSpec().getInternal())
                .put("Attachable", network.getSpec().getAttachable())
                .put("Ingress", network.getSpec().getIngress())
                .put("ConfigFrom", new Tree().put("Network", "").build())
                .put("ConfigOnly", false)
                .put("Containers", Map.of())
                .put("Options", Tree.sorted(options(network)))
                .put("Labels", Tree.sorted(network.getSpec().getAnnotations().getLabelsMap()))
                .build();
    }

    public static Map<String, Object> volume(Volume volume) {
        return new Tree()
                .put("CreatedAt", Tree.time(volume.getMeta().getCreatedAt()))
                .put("Driver", volume.getSpec().getDriver().getName())
                .put("Labels", Tree.sorted(volume.getSpec().getAnnotations().getLabelsMap()))
                .put("Name", volume.getSpec().getAnnotations().getName())
                .put("Options", Tree.sorted(volume.getSpec().getDriver().getOptionsMap()))
                .put("Scope", "global")
                .build();
    }

    public static Map<String, Object> config(Config config) {
        return Tree.object(config.getId(), config.getMeta())
                .put(
                        "Spec",
                        new Tree()
                                .put("Name", config.getSpec().getAnnotations().getName())
                                .put(
                                        "Labels",
                                        Tree.sorted(config.getSpec()
                                                .getAnnotations()
                                                .getLabelsMap()))
                                .put(
                                        "Data",
                                        Base64.getEncoder()
                                                .encodeToString(config.getSpec()
                                                        .getData()
                                                        .toByteArray()))
                                .build())
                .build();
    }

    /** The networks that every engine brings are local, all others belong to the swarm. */
    public static String scope(Network network) {
        return network.getSpec().getAnnotations().containsLabels(PREDEFINED) ? "local" : "swarm";
    }

    public static boolean builtin(Network network) {
        return scope(network).equals("local");
    }

    public static String driver(Network network) {
        String state = network.getDriverState().getName();
        return state.isEmpty() ? network.getSpec().getDriverConfig().getName() : state;
    }

    private static Map<String, String> options(Network network) {
        return network.hasDriverState() && network.getDriverState().getOptionsCount() > 0
                ? network.getDriverState().getOptionsMap()
                : network.getSpec().getDriverConfig().getOptionsMap();
    }

    private static Map<String, Object> ipam(Network network) {
        var ipam = network.hasIpam() ? network.getIpam() : network.getSpec().getIpam();
        List<IPAMConfig> configs = ipam.getConfigsList();
        String driver = ipam.getDriver().getName();
        return new Tree()
                .put("Driver", driver.isEmpty() ? "default" : driver)
                .put("Options", Tree.sorted(ipam.getDriver().getOptionsMap()))
                .put("Config", Tree.list(configs, config -> new Tree()
                        .some("Subnet", config.getSubnet())
                        .some("IPRange", config.getRange())
                        .some("Gateway", config.getGateway())
                        .build()))
                .build();
    }
}
