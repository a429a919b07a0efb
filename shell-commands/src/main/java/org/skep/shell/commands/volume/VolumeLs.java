package org.skep.shell.commands.volume;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.Column;
import org.skep.api.command.CommandName;
import org.skep.api.command.ListOptions;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.protocol.Volume;
import org.skep.shell.commands.listing.FilterKeys;
import org.skep.shell.commands.listing.FilterOption;
import org.skep.shell.commands.listing.Labels;
import org.skep.shell.commands.listing.NaturalOrder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code volume ls}: all volumes that were created by name. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"volume ls", "volume list"})
@Requires(Role.VIEWER)
@Command(name = "ls", description = "List volumes")
public final class VolumeLs implements ShellCommand {

    private static final FilterKeys<Volume> KEYS = new FilterKeys<Volume>()
            .key(
                    "driver",
                    (volume, driver) -> volume.getSpec().getDriver().getName().equals(driver))
            .label("label", volume -> volume.getSpec().getAnnotations().getLabelsMap())
            .key("name", (volume, name) -> name(volume).contains(name));

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filter = new FilterOption();

    private final Control control;

    @Activate
    public VolumeLs(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        Predicate<Volume> wanted = filter.by(KEYS);
        List<Volume> volumes = control.volumes().list().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(VolumeLs::name, new NaturalOrder()))
                .toList();
        Column<Volume> name = Column.of("VOLUME NAME", "Name", VolumeLs::name);
        Column<Volume> driver = Column.of(
                "DRIVER", "Driver", volume -> volume.getSpec().getDriver().getName());
        Column<Volume> labels = Column.hidden(
                "LABELS",
                "Labels",
                volume -> Labels.print(volume.getSpec().getAnnotations().getLabelsMap()));
        Column<Volume> scope = Column.hidden("SCOPE", "Scope", volume -> "global");
        // The first column is what -q prints, and volumes go by name.
        return Outcome.table(
                options.quiet() ? List.of(name, driver, scope, labels) : List.of(driver, name, scope, labels),
                volumes,
                options);
    }

    private static String name(Volume volume) {
        return volume.getSpec().getAnnotations().getName();
    }
}
