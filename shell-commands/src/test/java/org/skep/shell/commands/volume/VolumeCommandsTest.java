package org.skep.shell.commands.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.skep.api.command.Outcome;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Lines;

class VolumeCommandsTest {

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();

    @Test
    void createListInspectAndRemove() {
        assertThat(Lines.print(Lines.run(
                        new VolumeCreate(control),
                        session,
                        "-d",
                        "nfs",
                        "-o",
                        "server=h",
                        "-o",
                        "path=/x",
                        "--label",
                        "a=b",
                        "data")))
                .isEqualTo("data");
        Lines.run(new VolumeCreate(control), session, "cache");
        assertThat(Lines.print(Lines.run(new VolumeLs(control), session))).isEqualTo("""
                        DRIVER  VOLUME NAME
                        local   cache
                        nfs     data""");
        assertThat(Lines.print(Lines.run(new VolumeLs(control), session, "-q", "-f", "driver=nfs")))
                .isEqualTo("data");
        Outcome.Objects inspected = (Outcome.Objects) Lines.run(new VolumeInspect(control), session, "data");
        assertThat(inspected.objects().get(0))
                .containsEntry("Driver", "nfs")
                .containsEntry("Options", Map.of("server", "h", "path", "/x"))
                .containsEntry("Labels", Map.of("a", "b"));
        assertThat(Lines.print(Lines.run(new VolumeRm(control), session, "data", "gone")))
                .isEqualTo("data\nError: no such volume: gone");
    }

    @Test
    void refuseFlagsOfLater() {
        assertThatThrownBy(() -> Lines.run(new VolumeCreate(control), session, "--sharing", "all", "x"))
                .hasMessage("--sharing isn't supported yet");
    }
}
