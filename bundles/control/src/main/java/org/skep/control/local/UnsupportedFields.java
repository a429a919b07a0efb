package org.skep.control.local;

import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.skep.protocol.ContainerSpec;

/** Parts of a container that no runtime driver is handed yet: refused, never silently dropped. */
final class UnsupportedFields {

    private static final Map<Integer, String> FIELDS = Stream.of(
                    Map.entry(ContainerSpec.SECRETS_FIELD_NUMBER, "a secret in a service"),
                    Map.entry(ContainerSpec.CONFIGS_FIELD_NUMBER, "a config in a service"))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private UnsupportedFields() {}

    static void check(ContainerSpec container) {
        if (!container.getPullOptions().getRegistryAuth().isEmpty()) {
            throw Refusals.notSupported(
                    "a registry login in a service", "log the swarm in, and create it --with-registry-auth");
        }
        for (FieldDescriptor field : container.getAllFields().keySet()) {
            String what = FIELDS.get(field.getNumber());
            if (what != null) {
                throw Refusals.notSupported(what, "");
            }
        }
    }
}
