package org.skep.control.local;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.skep.api.SkepException;
import org.skep.protocol.Mount;

/** What the mounts of a container must satisfy. */
final class MountRules {

    private MountRules() {}

    static void check(List<Mount> mounts) {
        Set<String> targets = new HashSet<>();
        for (Mount mount : mounts) {
            checkTarget(mount.getTarget());
            if (!targets.add(Path.of(mount.getTarget()).normalize().toString())) {
                throw invalid("duplicate mount point: " + Shown.of(mount.getTarget()), "mount each directory once");
            }
            checkSource(mount);
            checkOptions(mount);
        }
    }

    private static void checkTarget(String target) {
        if (target.isEmpty()) {
            throw invalid("mount target must be provided", "target=/PATH");
        }
        if (target.indexOf('\0') >= 0 || !target.startsWith("/")) {
            throw invalid("mount target \"" + Shown.of(target) + "\" is not an absolute path", "begin it with /");
        }
        if (Path.of(target).normalize().getNameCount() == 0) {
            throw invalid("mount target must not be /", "");
        }
    }

    private static void checkSource(Mount mount) {
        String source = mount.getSource();
        switch (mount.getType()) {
            case BIND -> {
                if (source.indexOf('\0') >= 0 || !source.startsWith("/")) {
                    throw invalid(
                            "bind mount source \"" + Shown.of(source) + "\" is not an absolute path",
                            "begin it with /, or use type=volume for a named volume");
                }
            }
            case VOLUME -> {
                if (source.startsWith("/")) {
                    throw invalid(
                            "volume \"" + Shown.of(source) + "\" is a path, not a name",
                            "use type=bind to mount a directory");
                }
                if (!source.isEmpty()) {
                    Names.checkVolume(source);
                }
            }
            case TMPFS -> {
                if (!source.isEmpty()) {
                    throw invalid("a tmpfs mount has no source, not \"" + Shown.of(source) + "\"", "");
                }
            }
            case NPIPE -> throw Refusals.notSupported("a mount of type npipe", "bind, volume or tmpfs");
            case CLUSTER -> throw Refusals.notSupported("a mount of type cluster", "bind, volume or tmpfs");
            case UNRECOGNIZED -> throw invalid("unknown type of mount", "bind, volume or tmpfs");
        }
    }

    private static void checkOptions(Mount mount) {
        if (mount.hasBindOptions() && mount.getType() != Mount.Type.BIND) {
            throw foreign("bind", mount);
        }
        if (mount.hasVolumeOptions() && mount.getType() != Mount.Type.VOLUME) {
            throw foreign("volume", mount);
        }
        if (mount.hasTmpfsOptions() && mount.getType() != Mount.Type.TMPFS) {
            throw foreign("tmpfs", mount);
        }
        if (mount.getTmpfsOptions().getSizeBytes() < 0) {
            throw invalid("tmpfs size must not be negative", "");
        }
        if (mount.getBindOptions().getPropagation() == Mount.BindOptions.Propagation.UNRECOGNIZED) {
            throw invalid("unknown bind propagation", "rprivate, private, rshared, shared, rslave or slave");
        }
        checkSubpath(mount.getVolumeOptions().getSubpath());
        if (mount.getVolumeOptions().getLabelsCount() > 0) {
            throw Refusals.notSupported("a label on a volume of one service", "use \"volume create --label\"");
        }
        if (!mount.getTmpfsOptions().getOptions().isEmpty()) {
            throw Refusals.notSupported("a tmpfs option other than size and mode", "");
        }
        checkRecursion(mount);
    }

    private static void checkSubpath(String subpath) {
        if (subpath.startsWith("/")
                || subpath.indexOf('\0') >= 0
                || List.of(subpath.split("/")).contains("..")) {
            throw invalid(
                    "volume-subpath \"" + Shown.of(subpath) + "\" leads out of the volume",
                    "a path below the volume's root, such as logs/web");
        }
    }

    private static void checkRecursion(Mount mount) {
        Mount.BindOptions options = mount.getBindOptions();
        if ((options.getReadonlynonrecursive() || options.getReadonlyforcerecursive()) && !mount.getReadonly()) {
            throw invalid(
                    "bind-recursive=" + (options.getReadonlynonrecursive() ? "writable" : "readonly")
                            + " is for mounts that are read-only",
                    "add readonly");
        }
        if (options.getReadonlyforcerecursive() && options.getPropagation() != Mount.BindOptions.Propagation.RPRIVATE) {
            throw invalid("bind-recursive=readonly needs bind-propagation=rprivate", "leave bind-propagation out");
        }
    }

    private static SkepException foreign(String options, Mount mount) {
        return invalid(
                options + " options do not apply to a mount of type "
                        + mount.getType().name().toLowerCase(java.util.Locale.ROOT),
                "");
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_MOUNT", message, hint);
    }
}
