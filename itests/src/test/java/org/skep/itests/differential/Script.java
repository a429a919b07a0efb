package org.skep.itests.differential;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;
import org.skep.itests.peer.Contender;

/** Tells a contender what to do, and writes down what it says. Lines are docker's, without the word {@code docker}. */
final class Script {

    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");

    private final Contender contender;
    private final Host host;
    private final Transcript transcript = new Transcript();

    /** @param host a manager */
    Script(Contender contender, Host host) {
        this.contender = contender;
        this.host = host;
    }

    Transcript transcript() {
        return transcript;
    }

    private Result say(String line) {
        List<String> words = new ArrayList<>();
        for (Matcher word = WORD.matcher(line); word.find(); ) {
            words.add(word.group(1) == null ? word.group(2) : word.group(1));
        }
        return contender.run(host, words);
    }

    /** Has something done that has to succeed. */
    void run(String line) {
        say(line).expectSuccess();
    }

    /** Creates a service, and does not wait for it. */
    void create(String name, String flagsAndImage) {
        run("service create --detach --no-resolve-image --name " + name + " " + flagsAndImage);
    }

    /** Tries what may be refused: whether it is has to be the same. */
    void attempt(String step, String line) {
        transcript.add(step, List.of(say(line).status() == 0 ? "done" : "refused"));
    }

    /** Waits until the line's output has a match. */
    void until(String line, String pattern) {
        Pattern wanted = Pattern.compile(pattern, Pattern.MULTILINE);
        await(contender + ": \"" + line + "\" says " + pattern)
                .atMost(DEADLINE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> say(line).out(), out -> wanted.matcher(out).find());
    }

    /** Waits until so many of so many tasks run. */
    void untilReplicas(String service, String replicas) {
        until("service ls --filter name=" + service + " --format '{{.Replicas}}'", "^" + Pattern.quote(replicas));
    }

    /** Waits for the end of an update. */
    void untilUpdate(String service, String state) {
        until(
                "service inspect --format '{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}' " + service,
                "^" + state + "$");
    }

    /** Writes down what a line says. */
    void show(String step, String line) {
        transcript.add(step, say(line).expectSuccess().lines().toList());
    }

    /** Writes down what kinds of tasks there are, where how many there are of each depends on chance. */
    void showKindsOfTasks(String step, String service) {
        transcript.add(step, tasks(service).distinct().toList());
    }

    /** Writes down the tasks of a service, not which slot each is in: that depends on where others were placed by chance. */
    void showTasks(String step, String service) {
        transcript.add(step, tasks(service).toList());
    }

    private Stream<String> tasks(String service) {
        return say("service ps --no-trunc --format '{{.Image}}|{{.DesiredState}}|{{.CurrentState}}|{{.Error}}' "
                        + service)
                .expectSuccess()
                .lines()
                .map(Transcript::lasting);
    }

    /** Writes down which nodes the tasks are on that should run. */
    void showNodes(String step, String service) {
        transcript.add(step, nodes(service));
    }

    /** Writes down how many of the tasks that should run are on a node, whichever. */
    void showSpread(String step, String service) {
        List<String> nodes = nodes(service);
        transcript.add(
                step,
                nodes.stream()
                        .distinct()
                        .map(node -> Collections.frequency(nodes, node) + " on a node")
                        .toList());
    }

    private List<String> nodes(String service) {
        return say("service ps --filter desired-state=running --format '{{.Node}}' " + service)
                .expectSuccess()
                .lines()
                .toList();
    }

    /** Writes down everything that is known of an object, but for what it is called by. */
    void inspect(String step, String line) {
        transcript.add(step, Flat.lines(say(line).expectSuccess()));
    }
}
