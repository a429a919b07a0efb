package org.skep.shell.commands.value;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.skep.protocol.Mount;
import org.skep.protocol.Mount.BindOptions.Propagation;

/** Mounts: {@code type=volume,source=data,target=/data[,readonly]} and the options of each type. */
public final class Mounts {

    private Mounts() {}

    public static Mount parse(String text) {
        Mount.Builder mount = Mount.newBuilder().setType(Mount.Type.VOLUME);
        for (Csv.Field field : Csv.fields(text)) {
            apply(field, mount, text);
        }
        check(mount, text);
        return mount.build();
    }

    private static void apply(Csv.Field field, Mount.Builder mount, String text) {
        switch (field.key()) {
            case "type" -> mount.setType(type(field.required(text), text));
            case "source", "src" -> mount.setSource(field.required(text));
            case "target", "dst", "destination" -> mount.setTarget(field.required(text));
            case "readonly", "ro" -> mount.setReadonly(field.flag(text));
            case "consistency" ->
                mount.setConsistency(constant(Mount.Consistency.class, field.required(text), field.key(), text));
            case "bind-propagation" ->
                mount.getBindOptionsBuilder()
                        .setPropagation(constant(Propagation.class, field.required(text), field.key(), text));
            case "bind-recursive" -> recursive(field.required(text), mount, text);
            case "bind-create-src" -> mount.getBindOptionsBuilder().setCreatemountpoint(field.flag(text));
            case "volume-nocopy" -> mount.getVolumeOptionsBuilder().setNocopy(field.flag(text));
            case "volume-subpath" -> mount.getVolumeOptionsBuilder().setSubpath(field.required(text));
            case "volume-driver" ->
                mount.getVolumeOptionsBuilder().getDriverConfigBuilder().setName(field.required(text));
            case "volume-label" -> {
                KeyValue label = KeyValue.parse(field.required(text));
                mount.getVolumeOptionsBuilder().putLabels(label.key(), label.value());
            }
            case "volume-opt" -> {
                KeyValue option = KeyValue.parse(field.required(text));
                mount.getVolumeOptionsBuilder().getDriverConfigBuilder().putOptions(option.key(), option.value());
            }
            case "tmpfs-size" -> mount.getTmpfsOptionsBuilder().setSizeBytes(ByteSize.parse(field.required(text)));
            case "tmpfs-mode" -> mount.getTmpfsOptionsBuilder().setMode(octal(field.required(text), text));
            default ->
                throw Values.bad(
                        text,
                        "a mount",
                        "'" + Values.shown(field.key()) + "' is unknown: use type, source, target, readonly, ...");
        }
    }

    private static void check(Mount.Builder mount, String text) {
        String source = mount.getSource();
        if (mount.getTarget().isEmpty()) {
            throw Values.bad(text, "a mount", "target is missing, such as target=/data");
        }
        if (!mount.getTarget().startsWith("/")) {
            throw Values.bad(text, "a mount", "the target '" + Values.shown(mount.getTarget()) + "' is not absolute");
        }
        switch (mount.getType()) {
            case BIND -> {
                if (!source.startsWith("/")) {
                    throw Values.bad(text, "a bind mount", "the source must be an absolute path");
                }
            }
            case TMPFS -> {
                if (!source.isEmpty()) {
                    throw Values.bad(text, "a tmpfs mount", "it has no source");
                }
            }
            default -> {
                if (source.startsWith("/")) {
                    throw Values.bad(text, "a volume mount", "the source is a volume's name; type=bind mounts a path");
                }
            }
        }
        boolean wrong = mount.hasBindOptions() && mount.getType() != Mount.Type.BIND
                || mount.hasVolumeOptions() && mount.getType() != Mount.Type.VOLUME
                || mount.hasTmpfsOptions() && mount.getType() != Mount.Type.TMPFS;
        if (wrong) {
            throw Values.bad(
                    text, "a mount", "an option of another type than " + print(mount.getType()) + " cannot be given");
        }
    }

    public static String print(Mount.Type type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static Mount.Type type(String value, String text) {
        return switch (value) {
            case "volume" -> Mount.Type.VOLUME;
            case "bind" -> Mount.Type.BIND;
            case "tmpfs" -> Mount.Type.TMPFS;
            case "npipe", "cluster", "image" ->
                throw Values.refused("'" + Values.shown(text) + "': mounts of type " + value + " aren't supported yet");
            default ->
                throw Values.bad(text, "a mount", "type is volume, bind or tmpfs, not '" + Values.shown(value) + "'");
        };
    }

    private static void recursive(String value, Mount.Builder mount, String text) {
        Mount.BindOptions.Builder bind = mount.getBindOptionsBuilder();
        switch (value) {
            case "enabled" -> bind.setNonrecursive(false);
            case "disabled" -> bind.setNonrecursive(true);
            case "writable" -> bind.setReadonlynonrecursive(true);
            case "readonly" -> bind.setReadonlyforcerecursive(true);
            default -> throw Values.bad(text, "a mount", "bind-recursive is enabled, disabled, writable or readonly");
        }
    }

    private static int octal(String value, String text) {
        if (!value.matches("[0-7]{1,5}")) {
            throw Values.bad(text, "a mount", "tmpfs-mode is octal, such as 1770");
        }
        return Integer.parseInt(value, 8);
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String value, String key, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(e -> !e.name().equals("UNRECOGNIZED"))
                .filter(e -> e.name().toLowerCase(Locale.ROOT).equals(value))
                .findFirst()
                .orElseThrow(() -> Values.bad(
                        text,
                        "a mount",
                        key + " is one of "
                                + Arrays.stream(type.getEnumConstants())
                                        .map(Enum::name)
                                        .filter(name -> !name.equals("UNRECOGNIZED"))
                                        .map(name -> name.toLowerCase(Locale.ROOT))
                                        .collect(Collectors.joining(", "))));
    }
}
