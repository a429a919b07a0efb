package org.skep.volume.nfs;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A table of mounts; directories stay what they are. */
final class FakeMounter implements Mounter {

    final Map<Path, String> table = new HashMap<>();
    Optional<String> failure = Optional.empty();
    int mounts;

    @Override
    public void mount(String source, Path directory, List<String> options) {
        failure.ifPresent(reason -> {
            throw new MountException(reason);
        });
        mounts++;
        table.put(directory, source);
    }

    @Override
    public void unmount(Path directory) {
        table.remove(directory);
    }

    @Override
    public Optional<String> mounted(Path directory) {
        return Optional.ofNullable(table.get(directory));
    }
}
