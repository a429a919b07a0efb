package org.skep.runtime.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskMount;

/**
 * How a task looks to the process that runs it.
 *
 * <ul>
 *   <li>It starts in a directory of its own, {@code work} in its task directory, unless {@code --workdir} names another:
 *       a path that a mount provides is that mount, any other absolute path is the host's.
 *   <li>A process sees the host's files, so a mount cannot be where its target says. It is a link of the same path below
 *       {@code work} ({@code /data} is {@code work/data}), and {@code SKEP_MOUNT_DATA} holds its absolute path.
 *   <li>{@code SKEP_PORT_8080} holds the port of this host that stands for the published port 8080 ({@code
 *       SKEP_PORT_53_UDP} for UDP), and {@code PORT} the first one; the task has to listen there.
 *   <li>{@code SKEP_TASK_ID}, {@code SKEP_TASK_NAME} and {@code SKEP_SERVICE_NAME} say who it is. Of the daemon's
 *       environment it gets {@code PATH} and {@code LANG} alone. What the service sets wins.
 * </ul>
 */
final class TaskSpec {

    private static final String DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private final TaskDescription task;
    private final TaskDirectory directory;

    TaskSpec(TaskDescription task, TaskDirectory directory) {
        this.task = task;
        this.directory = directory;
    }

    /** Links every mount into the working directory. */
    void linkMounts() throws IOException {
        for (TaskMount mount : task.container().mounts()) {
            Path source = Path.of(mount.source());
            if (mount.binding().createSource()) {
                Files.createDirectories(source);
            }
            if (!Files.exists(source)) {
                throw SkepException.user(
                        "BIND_SOURCE_MISSING", "bind source path does not exist: " + mount.source(), "");
            }
            Path link = link(mount);
            Files.createDirectories(link.getParent());
            if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
                Files.createSymbolicLink(link, source);
            }
        }
    }

    /** Writes what the supervisor reads. */
    void write(List<PublishedPort> ports, Optional<Path> cgroup, LogSize logSize) throws IOException {
        ContainerConfig container = task.container();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        container.command().forEach(word -> put(out, "arg", word));
        container.args().forEach(word -> put(out, "arg", word));
        environment(ports).forEach((name, value) -> put(out, "env", name + "=" + value));
        put(out, "cwd", workdir().toString());
        put(out, "own", directory.work().toString());
        put(out, "user", container.user().isEmpty() && !container.groups().isEmpty() ? "0" : container.user());
        container.groups().forEach(group -> put(out, "group", group));
        if (container.kernel().oomScoreAdj() != 0) {
            put(out, "oom", Integer.toString(container.kernel().oomScoreAdj()));
        }
        cgroup.ifPresent(group -> put(out, "cgroup", group.toString()));
        put(out, "logmax", Long.toString(logSize.bytesPerFile()));
        put(out, "logfiles", Integer.toString(logSize.files()));
        // The environment may hold secrets.
        Files.deleteIfExists(directory.spec());
        Files.createFile(
                directory.spec(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(directory.spec(), out.toByteArray(), StandardOpenOption.WRITE);
    }

    /** How much of a log is kept. */
    record LogSize(long bytesPerFile, int files) {}

    private Map<String, String> environment(List<PublishedPort> ports) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("PATH", System.getenv().getOrDefault("PATH", DEFAULT_PATH));
        Optional.ofNullable(System.getenv("LANG")).ifPresent(lang -> environment.put("LANG", lang));
        environment.put("SKEP_TASK_ID", task.id());
        environment.put("SKEP_TASK_NAME", task.name());
        environment.put("SKEP_SERVICE_NAME", task.serviceName());
        for (TaskMount mount : task.container().mounts()) {
            environment.put(
                    "SKEP_MOUNT_" + variable(mount.target()), link(mount).toString());
        }
        for (PublishedPort port : ports) {
            String suffix = port.protocol() == PublishedPort.Protocol.TCP
                    ? ""
                    : "_" + port.protocol().name();
            environment.put("SKEP_PORT_" + port.target() + suffix, Integer.toString(port.published()));
            environment.putIfAbsent("PORT", Integer.toString(port.published()));
        }
        for (String variable : task.container().env()) {
            int equals = variable.indexOf('=');
            if (equals > 0) {
                environment.put(variable.substring(0, equals), variable.substring(equals + 1));
            } else if (equals < 0) {
                // As in a container: a bare name takes a variable away.
                environment.remove(variable);
            }
        }
        return environment;
    }

    private Path link(TaskMount mount) {
        return directory.work().resolve(Refusals.relative(mount.target()));
    }

    private Path workdir() {
        String asked = task.container().workdir();
        return asked.isEmpty() ? directory.work() : directory(asked);
    }

    /** A directory as the task names it, on the host. */
    Path directory(String asked) {
        Path own = directory.work().resolve(Refusals.relative(asked));
        if (!Path.of(asked).isAbsolute() || Files.isDirectory(own)) {
            return own;
        }
        return Path.of(asked);
    }

    private static String variable(String target) {
        List<String> words = new ArrayList<>();
        Refusals.relative(target)
                .forEach(name ->
                        words.add(name.toString().toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_")));
        return String.join("_", words);
    }

    static void put(ByteArrayOutputStream out, String key, String value) {
        if (value.indexOf('\0') >= 0) {
            throw SkepException.user("NUL_IN_SPEC", "a NUL character cannot be handed to a process", "");
        }
        out.writeBytes((key + "=" + value).getBytes(StandardCharsets.UTF_8));
        out.write(0);
    }
}
