package org.skep.shell.commands.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class ConfigCommandsTest {

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession().file("-", "key = value\n");

    @Test
    void createListInspectAndRemove() {
        assertThat(Lines.print(Lines.run(new ConfigCreate(control), session, "-l", "a=b", "app.conf", "-")))
                .isEqualTo("config1");
        assertThat(Lines.print(Lines.run(new ConfigLs(control, InstantSource.fixed(Fakes.NOW)), session)))
                .isEqualTo("""
                        ID       NAME      CREATED        UPDATED
                        config1  app.conf  2 minutes ago  2 minutes ago""");
        assertThat(Lines.print(Lines.run(new ConfigInspect(control), session, "--pretty", "app.conf")))
                .isEqualTo("""
                        ID:                     config1
                        Name:                   app.conf
                        Labels:
                         - a=b
                        Created at:             2026-11-20T11:58:00Z
                        Updated at:             2026-11-20T11:58:00Z
                        Data:
                        key = value""");
        assertThat(Lines.print(Lines.run(new ConfigInspect(control), session, "app.conf")))
                .contains("Data=a2V5ID0gdmFsdWUK");
        assertThat(Lines.print(Lines.run(new ConfigRm(control), session, "app.conf")))
                .isEqualTo("app.conf");
    }

    @Test
    void refuse() {
        assertThatThrownBy(() -> Lines.run(new ConfigCreate(control), session, "--template-driver", "golang", "a", "-"))
                .hasMessage("--template-driver isn't supported yet");
        assertThatThrownBy(() -> Lines.run(new ConfigCreate(control), session, "a", "gone"))
                .hasMessage("no such file: gone");
        assertThatThrownBy(() -> Lines.run(new ConfigCreate(control), session, "a"))
                .hasMessageContaining("FILE|-");
    }
}
