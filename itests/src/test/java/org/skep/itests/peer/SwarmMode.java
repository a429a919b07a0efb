package org.skep.itests.peer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;

/** Docker's own swarm mode, through its client; writes go through its API, so that no client has to start for each. */
public final class SwarmMode extends Contender {

    @Override
    public Result run(Host asked, List<String> words) {
        return asked.engine().docker(words.toArray(String[]::new));
    }

    @Override
    public void start(Host host) {
        host.engine().awaitAnswer();
    }

    @Override
    public boolean write(Host asked, String name) {
        return send(asked, name, 1).status() == 0;
    }

    @Override
    public void writeMany(Host asked, String prefix, int sessions, int each) {
        Sessions.run(
                sessions, session -> send(asked, prefix + "-" + session, each).expectSuccess());
    }

    /** Creates configs over one connection. */
    private static Result send(Host asked, String prefix, int count) {
        String requests = IntStream.range(0, count)
                .mapToObj(i -> ("unix-socket = \"/run/docker.sock\"%nurl = \"http://d/configs/create\"%n"
                                + "header = \"Content-Type: application/json\"%nfail%nsilent%noutput = \"/dev/null\"%n"
                                + "data = \"{\\\"Name\\\": \\\"%s-%d\\\", \\\"Data\\\": \\\"eA==\\\"}\"%n")
                        .formatted(prefix, i))
                .collect(Collectors.joining("next\n"));
        return asked.run(requests.getBytes(StandardCharsets.UTF_8), Duration.ofMinutes(5), List.of("curl", "-K", "-"));
    }

    @Override
    public List<String> flagsOfServices() {
        return List.of("--no-resolve-image");
    }

    @Override
    public Set<Long> processes(Host host) {
        return Set.of(host.engine().pid());
    }
}
