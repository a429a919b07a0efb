package org.skep.shell.commands.value;

import org.skep.protocol.NetworkAttachmentConfig;

/** A network to attach to: its name, or {@code name=NET,alias=NAME,driver-opt=KEY=VALUE}. */
public final class NetworkOption {

    private NetworkOption() {}

    /** The target is the network's name or ID as written. */
    public static NetworkAttachmentConfig parse(String text) {
        NetworkAttachmentConfig.Builder network = NetworkAttachmentConfig.newBuilder();
        if (!text.contains("=")) {
            network.setTarget(text);
        } else {
            for (Csv.Field field : Csv.fields(text)) {
                switch (field.key()) {
                    case "name" -> network.setTarget(field.required(text));
                    case "alias" -> network.addAliases(field.required(text));
                    case "driver-opt" -> {
                        KeyValue option = KeyValue.parse(field.required(text));
                        network.putDriverAttachmentOpts(option.key(), option.value());
                    }
                    case "ip", "ip6", "mac-address", "link-local-ip", "gw-priority" ->
                        throw Values.refused("'" + Values.shown(text) + "': " + field.key() + " isn't supported yet");
                    default ->
                        throw Values.bad(
                                text,
                                "a network",
                                "'" + Values.shown(field.key()) + "' is not name, alias or driver-opt");
                }
            }
        }
        if (network.getTarget().isBlank()) {
            throw Values.bad(text, "a network", "its name is missing");
        }
        return network.build();
    }
}
