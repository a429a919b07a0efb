package org.skep.shell.commands.completion;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.protocol.TaskState;
import org.skep.shell.commands.Manager;
import org.skep.shell.commands.service.ServiceCreate;
import org.skep.shell.commands.testing.FakeManager;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class CompletionTest {

    private final FakeManager manager = new FakeManager();

    @Test
    void offersLiveNames() {
        var web = Fakes.service("web", 1);
        manager.services.add(web);
        manager.services.add(Fakes.service("api", 1));
        manager.nodes.add(Fakes.node());
        manager.tasks.add(Fakes.task(web, 1, 1, TaskState.RUNNING));
        assertThat(new ServiceNames(manager)).containsExactly("api", "web");
        assertThat(new NetworkDrivers(manager)).containsExactly("bridge", "host");
        assertThat(new VolumeDrivers(manager)).containsExactly("local");
        assertThat(new NodeNames(manager)).containsExactly("host1", "self");
        assertThat(new TaskNames(manager)).containsExactly("web.1.task1x1aaaaaaaaaaaaaaaaaa");
        assertThat(new LogSources(manager)).contains("web", "task1x1aaaaaaaaaaaaaaaaaa");
    }

    @Test
    void offersNothingOutsideOfASwarm() {
        Manager outside = (Manager)
                Proxy.newProxyInstance(Manager.class.getClassLoader(), new Class<?>[] {Manager.class}, (p, m, a) -> {
                    throw SkepException.state("NOT_A_MANAGER", "this node is not a swarm manager", "");
                });
        assertThat(new ServiceNames(outside)).isEmpty();
        assertThat(new NetworkNames(outside)).isEmpty();
    }

    @Test
    void offersTheWordsOfAFlag() {
        var create = Lines.parsed(new ServiceCreate(manager)).getCommandSpec();
        assertThat(create.findOption("--restart-condition").completionCandidates())
                .containsExactly("none", "on-failure", "any");
        assertThat(create.findOption("--mode").completionCandidates()).containsExactly("replicated", "global");
        assertThat(create.findOption("--network").completionCandidates()).isEmpty();
    }
}
