package org.skep.control.local;

import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.function.Consumer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.provider.Arguments;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Mount;
import org.skep.protocol.Placement;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.ServiceSpec;

/** Rows of the tables of what a specification must not be: what is wrong, the code, a part of the line, and how it is made. */
final class Rows {

    private Rows() {}

    static Arguments bad(String what, String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        return arguments(code, fragment, Named.of(what, change));
    }

    static void assertRefused(String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        ServiceSpec.Builder spec = Manager.spec("web").toBuilder();
        change.accept(spec);

        Manager.assertRefused(code, fragment, () -> ServiceRules.check(spec.build()));
    }

    static ContainerSpec.Builder container(ServiceSpec.Builder spec) {
        return spec.getTaskBuilder().getContainerBuilder();
    }

    static ResourceRequirements.Builder resources(ServiceSpec.Builder spec) {
        return spec.getTaskBuilder().getResourcesBuilder();
    }

    static Placement.Builder placement(ServiceSpec.Builder spec) {
        return spec.getTaskBuilder().getPlacementBuilder();
    }

    static void port(ServiceSpec.Builder spec, int published, int target) {
        spec.getEndpointBuilder()
                .addPorts(PortConfig.newBuilder()
                        .setPublishMode(PortConfig.PublishMode.HOST)
                        .setPublishedPort(published)
                        .setTargetPort(target));
    }

    static Mount.Builder volume(String source, String target) {
        return Mount.newBuilder().setType(Mount.Type.VOLUME).setSource(source).setTarget(target);
    }
}
