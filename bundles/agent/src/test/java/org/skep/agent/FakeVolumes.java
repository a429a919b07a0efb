package org.skep.agent;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.skep.api.SkepException;
import org.skep.api.volume.VolumeDescription;
import org.skep.api.volume.VolumeDriver;

/** Remembers who mounted what. */
final class FakeVolumes implements VolumeDriver {

    final Set<String> mounted = ConcurrentHashMap.newKeySet();
    final Set<String> removed = ConcurrentHashMap.newKeySet();
    volatile Optional<SkepException> failure = Optional.empty();

    /** What an unmount takes its time for. */
    volatile Runnable unmounting = () -> {};

    @Override
    public void validate(Map<String, String> options) {}

    @Override
    public Path mount(VolumeDescription volume, String taskId) {
        failure.ifPresent(reason -> {
            throw reason;
        });
        mounted.add(volume.name() + "@" + taskId);
        return Path.of("/volumes", volume.name());
    }

    @Override
    public void unmount(VolumeDescription volume, String taskId) {
        unmounting.run();
        if (Thread.currentThread().isInterrupted()) {
            return;
        }
        mounted.remove(volume.name() + "@" + taskId);
    }

    @Override
    public void remove(VolumeDescription volume) {
        removed.add(volume.name());
    }
}
