package org.skep.shell.commands.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.control.Control;
import org.skep.protocol.TaskState;
import org.skep.shell.commands.service.ServiceCreate;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class CompletionTest {

    private final FakeControl control = new FakeControl();

    @Test
    void offersLiveNames() {
        var web = Fakes.service("web", 1);
        control.services.add(web);
        control.services.add(Fakes.service("api", 1));
        control.nodes.add(Fakes.node());
        control.tasks.add(Fakes.task(web, 1, 1, TaskState.RUNNING));
        assertThat(new ServiceNames(control)).containsExactly("api", "web");
        assertThat(new NetworkDrivers(control)).containsExactly("bridge", "host");
        assertThat(new VolumeDrivers(control)).containsExactly("local");
        assertThat(new NodeNames(control)).containsExactly("host1", "self");
        control.nodes.add(Fakes.node("node2aaaaaaaaaaaaaaaaaaaa", "host1", false));
        assertThat(new NodeNames(control))
                .as("a name of two nodes means neither")
                .containsExactly(Fakes.NODE, "node2aaaaaaaaaaaaaaaaaaaa", "self");
        assertThat(new TaskNames(control)).containsExactly("web.1.task1x1aaaaaaaaaaaaaaaaaa");
        assertThat(new LogSources(control)).contains("web", "task1x1aaaaaaaaaaaaaaaaaa");
    }

    @Test
    void offersNothingOutsideOfASwarm() {
        Control outside = (Control)
                Proxy.newProxyInstance(Control.class.getClassLoader(), new Class<?>[] {Control.class}, (p, m, a) -> {
                    throw SkepException.state("NOT_A_MANAGER", "this node is not a swarm manager", "");
                });
        assertThat(new ServiceNames(outside)).isEmpty();
        assertThat(new NetworkNames(outside)).isEmpty();
    }

    @Test
    void offersTheWordsOfAFlag() {
        var create =
                Lines.parsed(new ServiceCreate(control, new StrategyNames())).getCommandSpec();
        assertThat(create.findOption("--restart-condition").completionCandidates())
                .containsExactly("none", "on-failure", "any");
        assertThat(create.findOption("--mode").completionCandidates())
                .containsExactly("replicated", "global", "replicated-job", "global-job");
        assertThat(create.findOption("--network").completionCandidates()).isEmpty();
    }
}
