package org.skep.shell.commands.info;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.control.Events.Event;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class SwarmEventsTest {

    private final FakeControl control = new FakeControl();

    @BeforeEach
    void happen() {
        control.events.add(new Event(
                Fakes.NOW,
                "node",
                "update",
                Fakes.NODE,
                Map.of("state.old", "ready", "state.new", "down", "name", "host1")));
        control.events.add(new Event(Fakes.NOW, "service", "create", "abc", Map.of("name", "web")));
        control.events.add(new Event(
                Fakes.NOW, "task", "create", "t1", Map.of("name", "web.1", "service", "web", "node", Fakes.NODE)));
        control.nodes.add(Fakes.node());
    }

    private String print(String... words) {
        FakeSession session = new FakeSession();
        Lines.run(new SwarmEvents(control, InstantSource.fixed(Fakes.NOW)), session, words);
        return session.printed();
    }

    @Test
    void printAsTheyCome() {
        assertThat(print()).isEqualTo("""
                2026-11-20T12:00:00.000000000Z node update node1aaaaaaaaaaaaaaaaaaaa (name=host1, state.new=down, state.old=ready)
                2026-11-20T12:00:00.000000000Z service create abc (name=web)
                2026-11-20T12:00:00.000000000Z task create t1 (name=web.1, node=node1aaaaaaaaaaaaaaaaaaaa, service=web)
                """);
        assertThat(control.eventsSince).isEmpty();
        print("--since", "10m");
        assertThat(control.eventsSince).contains(Fakes.NOW.minusSeconds(600));
    }

    @Test
    void filter() {
        assertThat(print("-f", "type=service")).contains(" abc ").doesNotContain("t1");
        assertThat(print("-f", "service=web")).contains(" abc ", " t1 ").doesNotContain("node update");
        assertThat(print("-f", "node=host1")).contains(" node update node1", " task create t1 ");
        assertThat(print("-f", "node=host1", "-f", "event=create")).doesNotContain("update");
        assertThat(print("-f", "node=nope")).isEmpty();
        assertThatThrownBy(() -> print("-f", "type=moon")).hasMessageContaining("moon");
        assertThatThrownBy(() -> print("-f", "x=y")).hasMessageContaining("type");
    }

    @Test
    void format() {
        assertThat(print("--format", "{{.Type}}:{{.Actor.ID}}", "-f", "type=node"))
                .isEqualTo("node:node1aaaaaaaaaaaaaaaaaaaa\n");
        assertThat(print("--format", "json", "-f", "type=service"))
                .startsWith("{\"Type\":\"service\",\"Action\":\"create\",\"Actor\":{\"ID\":\"abc\"");
        assertThatThrownBy(() -> print("--format", "{{.Type")).isInstanceOf(SkepException.class);
    }
}
