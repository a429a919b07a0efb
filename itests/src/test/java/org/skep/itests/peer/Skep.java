package org.skep.itests.peer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;

/** Skep with the docker runtime, through its shell. */
public final class Skep extends Contender {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Override
    public Result run(Host asked, List<String> words) {
        return asked.skep(words.stream().map(Skep::quoted).collect(Collectors.joining(" ")));
    }

    private static String quoted(String word) {
        return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word + "'";
    }

    @Override
    public void start(Host host) {
        if (!host.skepd().running()) {
            host.skepd().options("--runtime", "docker").start();
        }
        host.skep("version").expectSuccess(); // the first opens the connection that the others use
    }

    @Override
    public boolean write(Host asked, String name) {
        return asked.skepd()
                        .shell()
                        .run("config create " + name + " -", "x", PATIENCE)
                        .status()
                == 0;
    }

    @Override
    public void writeMany(Host asked, String prefix, int sessions, int each) {
        Sessions.run(sessions, session -> {
            String lines = IntStream.range(0, each)
                    .mapToObj(i -> "volume create %s-%d-%d%n".formatted(prefix, session, i))
                    .collect(Collectors.joining());
            List<String> ssh = new ArrayList<>(asked.skepd().shell().ssh("source -"));
            ssh.replaceAll(word -> word.equals("ControlMaster=auto") ? "ControlMaster=no" : word);
            ssh.replaceAll(word -> word.startsWith("ControlPath=") ? "ControlPath=none" : word);
            asked.run(lines.getBytes(StandardCharsets.UTF_8), Duration.ofMinutes(5), ssh)
                    .expectSuccess();
        });
    }

    @Override
    public List<String> flagsOfServices() {
        return List.of();
    }

    @Override
    public Set<Long> processes(Host host) {
        return Set.of(host.skepd().pid());
    }
}
