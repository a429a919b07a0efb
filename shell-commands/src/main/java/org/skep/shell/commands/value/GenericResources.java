package org.skep.shell.commands.value;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.protocol.DiscreteGenericResource;
import org.skep.protocol.GenericResource;

/** Resources that only their kinds tell apart: {@code KIND=NUMBER}. */
public final class GenericResources {

    private static final Pattern RESOURCE = Pattern.compile("([^=\\s]+)=(\\d{1,18})");

    private GenericResources() {}

    public static GenericResource parse(String text) {
        Matcher resource = RESOURCE.matcher(text);
        if (!resource.matches()) {
            throw Values.bad(text, "a generic resource", "use KIND=NUMBER, such as gpu=2");
        }
        return GenericResource.newBuilder()
                .setDiscreteResourceSpec(DiscreteGenericResource.newBuilder()
                        .setKind(resource.group(1))
                        .setValue(Long.parseLong(resource.group(2))))
                .build();
    }

    public static String kind(GenericResource resource) {
        return resource.hasNamedResourceSpec()
                ? resource.getNamedResourceSpec().getKind()
                : resource.getDiscreteResourceSpec().getKind();
    }

    public static String print(GenericResource resource) {
        return kind(resource) + "="
                + (resource.hasNamedResourceSpec()
                        ? resource.getNamedResourceSpec().getValue()
                        : String.valueOf(resource.getDiscreteResourceSpec().getValue()));
    }
}
