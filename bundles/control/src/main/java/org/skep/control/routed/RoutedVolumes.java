package org.skep.control.routed;

import java.util.List;
import org.skep.control.Volumes;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;

/** Volumes, wherever the leader is. */
record RoutedVolumes(Router router) implements Volumes {

    @Override
    public List<Volume> list() {
        return router.read(leader -> leader.volumes().list());
    }

    @Override
    public Volume get(String reference) {
        return router.read(leader -> leader.volumes().get(reference));
    }

    @Override
    public Volume create(VolumeSpec spec) {
        return router.write("volume ls", leader -> leader.volumes().create(spec));
    }

    @Override
    public void remove(String reference) {
        router.write("volume ls", leader -> {
            leader.volumes().remove(reference);
            return null;
        });
    }
}
