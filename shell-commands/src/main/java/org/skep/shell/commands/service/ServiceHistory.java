package org.skep.shell.commands.service;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
import org.skep.protocol.Times;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;
import org.skep.shell.commands.completion.ServiceNames;
import org.skep.shell.commands.history.SpecChanges;
import org.skep.shell.commands.listing.Ages;
import org.skep.shell.commands.listing.Texts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code service history}: the specifications that a service has had, and who asked for them. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("service history")
@Requires(Role.VIEWER)
@Command(name = "history", description = "List the revisions of a service, the newest first")
public final class ServiceHistory implements ShellCommand {

    private static final int CHANGE_WIDTH = 60;

    @Parameters(
            paramLabel = "SERVICE",
            description = "Service by name or ID",
            completionCandidates = ServiceNames.class)
    private String service;

    @Mixin
    private ListOptions options = new ListOptions();

    private final Control control;
    private final InstantSource clock;

    private record Row(Revision revision, boolean current, String change) {}

    @Activate
    public ServiceHistory(@Reference Control control) {
        this(control, InstantSource.system());
    }

    ServiceHistory(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    @Override
    public Outcome run(Session session) {
        Instant now = clock.instant();
        boolean full = options.noTrunc();
        boolean marked = !options.quiet()
                && (options.format().isEmpty() || options.format().startsWith("table"));
        List<Column<Row>> columns = List.of(
                Column.of(
                        "REVISION", "Revision", row -> row.revision.getNumber() + (row.current && marked ? " *" : "")),
                Column.of(
                        "CREATED",
                        "Created",
                        row -> Ages.ago(row.revision.getMeta().getCreatedAt(), now)),
                Column.of("BY", "By", row -> by(row.revision.getBy(), full)),
                Column.of("CHANGE", "Change", row -> full ? row.change : Texts.cut(row.change, CHANGE_WIDTH)),
                Column.hidden("CURRENT", "Current", Row::current),
                Column.hidden(
                        "CREATED AT",
                        "CreatedAt",
                        row -> Texts.stamp(Times.instant(row.revision.getMeta().getCreatedAt()))));
        return Outcome.table(columns, rows(control.services().history(service)), options);
    }

    private static String by(Requester requester, boolean full) {
        if (requester.getUser().isEmpty()) {
            return "(the swarm)";
        }
        return requester.getUser() + (full && !requester.getOrigin().isEmpty() ? " from " + requester.getOrigin() : "");
    }

    private static List<Row> rows(List<Revision> newestFirst) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < newestFirst.size(); i++) {
            Revision revision = newestFirst.get(i);
            List<String> words = new ArrayList<>();
            if (revision.getRollbackTo() > 0) {
                words.add("rolled back to " + revision.getRollbackTo());
            }
            if (i + 1 < newestFirst.size()) {
                words.addAll(SpecChanges.between(newestFirst.get(i + 1).getSpec(), revision.getSpec()));
            } else if (revision.getNumber() == 1) {
                words.add("created");
            }
            rows.add(new Row(revision, i == 0, String.join(", ", words)));
        }
        return rows;
    }
}
