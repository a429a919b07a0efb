package org.skep.shell.commands.service;

import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

/** Runs lines of {@code service create} and {@code service update} for what becomes of the specification. */
final class FlagLines {

    final FakeControl control = new FakeControl();
    final FakeSession session = new FakeSession();

    ServiceCreate create() {
        return new ServiceCreate(control, List.of("binpack", "spread"), InstantSource.fixed(Fakes.NOW));
    }

    ServiceUpdate update() {
        return new ServiceUpdate(control, List.of("binpack", "spread"), InstantSource.fixed(Fakes.NOW));
    }

    /** The specification that a line of {@code service create} makes. */
    ServiceSpec created(String... words) {
        String[] line = Stream.concat(Stream.of("-d"), Arrays.stream(words)).toArray(String[]::new);
        Lines.run(create(), session, line);
        return control.services.get(control.services.size() - 1).getSpec();
    }

    /** What a line of {@code service update} makes of a specification. */
    ServiceSpec updated(ServiceSpec before, String... words) {
        control.services.clear();
        control.services.add(Fakes.service("web", 1).toBuilder().setSpec(before).build());
        String[] line =
                Stream.concat(Stream.of("-d", "web"), Arrays.stream(words)).toArray(String[]::new);
        Lines.run(update(), session, line);
        return control.services.get(0).getSpec();
    }

    /** As {@link #updated}, with the flags in one text; the container of what comes of it. */
    ContainerSpec container(ServiceSpec before, String flags) {
        return updated(before, flags.split(" ")).getTask().getContainer();
    }

    static ServiceSpec with(Consumer<ServiceSpec.Builder> edit) {
        ServiceSpec.Builder spec = Fakes.spec("web", 1).toBuilder();
        edit.accept(spec);
        return spec.build();
    }
}
