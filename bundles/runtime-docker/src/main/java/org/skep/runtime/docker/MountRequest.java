package org.skep.runtime.docker;

import com.github.dockerjava.api.model.BindOptions;
import com.github.dockerjava.api.model.BindPropagation;
import com.github.dockerjava.api.model.Driver;
import com.github.dockerjava.api.model.Mount;
import com.github.dockerjava.api.model.MountType;
import com.github.dockerjava.api.model.TmpfsOptions;
import com.github.dockerjava.api.model.VolumeOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.skep.api.runtime.TaskMount;
import org.skep.runtime.docker.Engine.Requirement;

/** A mount in the engine's words. */
record MountRequest(TaskMount mount) {

    /** Engine 19.03. */
    private static final String NON_RECURSIVE_API = "1.40";

    /** Engine 23.0; older ones ignore it in silence, as they do the next. */
    private static final String CREATE_SOURCE_API = "1.42";

    /** Engine 25.0. */
    private static final String READ_ONLY_RECURSION_API = "1.44";

    List<Requirement> requirements() {
        List<Requirement> all = new ArrayList<>();
        if (mount.binding().createSource()) {
            all.add(new Requirement(CREATE_SOURCE_API, "--mount bind-create-src"));
        }
        switch (mount.binding().recursion()) {
            case ENABLED -> {
                // What every engine does.
            }
            case DISABLED -> all.add(new Requirement(NON_RECURSIVE_API, "--mount bind-recursive=disabled"));
            case WRITABLE -> all.add(new Requirement(READ_ONLY_RECURSION_API, "--mount bind-recursive=writable"));
            case READONLY -> all.add(new Requirement(READ_ONLY_RECURSION_API, "--mount bind-recursive=readonly"));
        }
        return all;
    }

    Mount build() {
        Mount result = new FullMount(mount.binding().consistency())
                .withTarget(mount.target())
                .withReadOnly(mount.readOnly());
        if (mount.type() == TaskMount.Type.TMPFS) {
            return result.withType(MountType.TMPFS)
                    .withTmpfsOptions(new TmpfsOptions()
                            .withSizeBytes(mount.tmpfsSizeBytes() == 0 ? null : mount.tmpfsSizeBytes())
                            .withMode(mount.tmpfsMode() == 0 ? null : mount.tmpfsMode()));
        }
        if (mount.populate()) {
            // An anonymous volume that is the directory: the engine fills it from the image if it is empty, and forgets
            // the volume, but not the directory, with the container.
            return result.withType(MountType.VOLUME)
                    .withVolumeOptions(new VolumeOptions()
                            .withNoCopy(false)
                            .withDriverConfig(new Driver()
                                    .withName("local")
                                    .withOptions(Map.of("type", "none", "o", "bind", "device", mount.source()))));
        }
        return result.withType(MountType.BIND).withSource(mount.source()).withBindOptions(options());
    }

    private BindOptions options() {
        Map<String, Object> more = new HashMap<>();
        if (mount.binding().createSource()) {
            more.put("CreateMountpoint", true);
        }
        switch (mount.binding().recursion()) {
            case ENABLED -> {
                // What every engine does.
            }
            case DISABLED -> more.put("NonRecursive", true);
            case WRITABLE -> more.put("ReadOnlyNonRecursive", true);
            case READONLY -> more.put("ReadOnlyForceRecursive", true);
        }
        return new FullBindOptions(more).withPropagation(BindPropagation.valueOf(propagation()));
    }

    private String propagation() {
        return switch (mount.propagation()) {
            case RPRIVATE -> "R_PRIVATE";
            case PRIVATE -> "PRIVATE";
            case RSHARED -> "R_SHARED";
            case SHARED -> "SHARED";
            case RSLAVE -> "R_SLAVE";
            case SLAVE -> "SLAVE";
        };
    }

    // With what the client library has no words for.

    private static final class FullMount extends Mount {

        private final transient Map<String, Object> more;

        FullMount(String consistency) {
            more = consistency.isEmpty() ? Map.of() : Map.of("Consistency", consistency);
        }

        @Override
        public Map<String, Object> getRawValues() {
            return more;
        }
    }

    private static final class FullBindOptions extends BindOptions {

        private final transient Map<String, Object> more;

        FullBindOptions(Map<String, Object> more) {
            this.more = more;
        }

        @Override
        public Map<String, Object> getRawValues() {
            return more;
        }
    }
}
