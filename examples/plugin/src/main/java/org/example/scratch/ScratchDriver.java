package org.example.scratch;

import java.nio.file.Path;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.volume.VolumeDescription;
import org.skep.api.volume.VolumeDriver;

/**
 * The volume driver {@code scratch}: an empty directory for each task, gone when the task is.
 * {@code service create --mount type=volume,source=work,target=/work,volume-driver=scratch ...}
 */
@Component(property = "skep.driver=scratch")
public final class ScratchDriver implements VolumeDriver {

    private final ScratchSpace space;

    @Activate
    public ScratchDriver(@Reference ScratchSpace space) {
        this.space = space;
    }

    @Override
    public void validate(Map<String, String> options) {
        options.keySet().stream().findFirst().ifPresent(option -> {
            throw SkepException.user("OPTION_UNKNOWN", "the driver scratch has no option " + option, "it has none");
        });
    }

    @Override
    public Path mount(VolumeDescription volume, String taskId) {
        return space.create(volume.name(), taskId);
    }

    @Override
    public void unmount(VolumeDescription volume, String taskId) {
        space.delete(volume.name(), taskId);
    }

    @Override
    public void remove(VolumeDescription volume) {
        space.delete(volume.name());
    }
}
