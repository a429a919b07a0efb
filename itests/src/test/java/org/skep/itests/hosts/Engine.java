package org.skep.itests.hosts;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.skep.itests.Commands;
import org.skep.itests.Commands.Result;
import org.skep.itests.Distribution;

/** A host's own Docker Engine. */
public final class Engine {

    private static final Duration START = Duration.ofSeconds(90);
    private static final Path CGROUPS = Path.of("/sys/fs/cgroup");

    private final Host host;
    private final String cgroup;
    private Process process;

    Engine(Host host, String cgroup) {
        this.host = host;
        this.cgroup = cgroup + "/" + host.name();
    }

    public static boolean installed() {
        return Commands.run(List.of(
                                "sh",
                                "-c",
                                "for tool in docker dockerd iptables busybox; do command -v $tool || exit 1; done"))
                        .status()
                == 0;
    }

    public void launch() {
        try {
            Path configuration = host.home().resolve("daemon.json");
            Files.writeString(configuration, "{}");
            List<String> dockerd = host.command(List.of(
                    "dockerd",
                    "--config-file",
                    configuration.toString(),
                    "--data-root",
                    data().toString(),
                    "--host",
                    "unix:///run/docker.sock",
                    "--exec-opt",
                    "native.cgroupdriver=cgroupfs",
                    "--cgroup-parent",
                    "/" + cgroup));
            process = new ProcessBuilder(dockerd)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            host.home().resolve("dockerd.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public void awaitAnswer() {
        await("the engine of " + host + " answers, see " + host.home().resolve("dockerd.log"))
                .atMost(START)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> docker("version").status() == 0);
    }

    /** Gives all engines the images the tests run, with the same IDs everywhere. */
    static void loadImages(List<Host> hosts) {
        Host first = hosts.get(0);
        first.run(Distribution.sources().resolve(".ci/images").toString()).expectSuccess();
        String archive = first.home().resolve("images.tar").toString();
        List<String> save = new ArrayList<>(List.of("docker", "save", "-o", archive));
        save.addAll(List.of("busybox:latest", "alpine:latest", "web:v1", "web:v2", "crash:latest"));
        first.run(save.toArray(String[]::new)).expectSuccess();
        for (Host host : hosts.subList(1, hosts.size())) {
            host.run("docker", "load", "-q", "-i", archive).expectSuccess();
        }
    }

    /** The PID of the engine on the machine, not on the host. */
    public long pid() {
        return process.descendants()
                .filter(p -> p.info().command().orElse("").endsWith("/dockerd"))
                .mapToLong(ProcessHandle::pid)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no engine on " + host));
    }

    public Result docker(String... words) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(Arrays.asList(words));
        return host.run(command.toArray(String[]::new));
    }

    private Path data() {
        return host.home().resolve("docker");
    }

    /** Removes what the engine left behind; the host must be off. */
    void discard() {
        if (Files.exists(data())) {
            Commands.run(List.of("rm", "-rf", "--one-file-system", data().toString()));
        }
        removeCgroups(cgroup);
    }

    /** Removes empty control groups of this name, in every hierarchy. */
    static void removeCgroups(String name) {
        try (Stream<Path> hierarchies = Stream.concat(Stream.of(CGROUPS), Files.list(CGROUPS))) {
            hierarchies
                    .map(h -> h.resolve(name))
                    .filter(Files::isDirectory)
                    .forEach(group -> Commands.run(
                            List.of("find", group.toString(), "-depth", "-type", "d", "-exec", "rmdir", "{}", "+")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
