package org.skep.itests.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.differential.Transcript.Difference;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;
import org.skep.itests.peer.Contender;
import org.skep.itests.peer.Skep;
import org.skep.itests.peer.SwarmMode;

/** Skep does what swarm mode does with the same lines, but for what {@link Explanations} tells. */
class DifferentialIT {

    @RegisterExtension
    static final Hosts hosts = Hosts.of(3).withEngines();

    @Test
    void differsFromSwarmModeOnlyWhereThatIsExplained() {
        Transcript docker = transcript(new SwarmMode());
        Transcript skep = transcript(new Skep());

        Explanations explanations = Explanations.read();
        List<Difference> unexplained = Transcript.differences(docker, skep).stream()
                .filter(difference -> !explanations.explain(difference))
                .toList();

        System.out.println(explanations.report());
        assertThat(unexplained).as("differences that nothing explains").isEmpty();
        assertThat(explanations.unused()).as("explanations of nothing").isEmpty();
    }

    private static Transcript transcript(Contender contender) {
        Host first = hosts.get(1);
        hosts.all().forEach(contender::start);
        contender.init(first);
        for (Host other : hosts.all().subList(1, 3)) {
            contender.join(other, first, true);
        }
        Script script = new Script(contender, first);
        script.until("node ls --format '{{.ManagerStatus}}'", "\\A((Leader|Reachable)\\s+){3}\\Z");
        new Tutorial(script).run();
        hosts.all().forEach(contender::leave);
        return script.transcript();
    }
}
