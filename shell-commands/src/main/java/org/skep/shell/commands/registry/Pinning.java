package org.skep.shell.commands.registry;

import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.command.Session;
import org.skep.api.runtime.ResolvedImage;
import org.skep.control.Images;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Platform;
import org.skep.protocol.ServiceSpec;

/** Puts the image that a tag stands for now in the tag's place, so that all nodes run the same. */
public record Pinning(Images images, Session session) {

    private static final String ARM = "arm";

    /** What is no name at all, control refuses. */
    private static final String INVALID = "IMAGE_INVALID";

    /** A registry that cannot tell costs a warning, and nothing else. */
    public ServiceSpec pin(ServiceSpec spec) {
        ContainerSpec container = spec.getTask().getContainer();
        ServiceSpec.Builder pinned = spec.toBuilder();
        pinned.getTaskBuilder().getPlacementBuilder().clearPlatforms();
        if (!container.getImage().contains("@")) {
            resolve(container).ifPresent(image -> set(pinned, image));
        }
        return spec.getTask().hasPlacement() || pinned.getTask().getPlacement().getPlatformsCount() > 0
                ? pinned.build()
                : spec.toBuilder()
                        .setTask(pinned.getTask().toBuilder().clearPlacement())
                        .build();
    }

    private Optional<ResolvedImage> resolve(ContainerSpec container) {
        String image = container.getImage();
        try {
            return images.resolve(
                    image, !container.getPullOptions().getRegistry().isEmpty());
        } catch (SkepException e) {
            if (e.code().equals(INVALID)) {
                return Optional.empty();
            }
            session.err()
                    .println("warning: image " + image + " could not be accessed on a registry to record its digest: "
                            + e.getMessage() + "; each node will access " + image
                            + " independently, possibly leading to different nodes running different versions of it");
            return Optional.empty();
        }
    }

    private static void set(ServiceSpec.Builder spec, ResolvedImage image) {
        spec.getTaskBuilder().getContainerBuilder().setImage(image.reference());
        for (ResolvedImage.Platform platform : image.platforms()) {
            spec.getTaskBuilder()
                    .getPlacementBuilder()
                    .addPlatforms(Platform.newBuilder()
                            .setOs(platform.os())
                            // Its variants do not say which of them run on which; as docker does it.
                            .setArchitecture(platform.architecture().equals(ARM) ? "" : platform.architecture()));
        }
    }
}
