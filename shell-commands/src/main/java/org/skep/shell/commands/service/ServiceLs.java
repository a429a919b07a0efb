package org.skep.shell.commands.service;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.shell.commands.listing.FilterKeys;
import org.skep.shell.commands.listing.FilterOption;
import org.skep.shell.commands.listing.NaturalOrder;
import org.skep.shell.commands.listing.PortList;
import org.skep.shell.commands.listing.Replicas;
import org.skep.shell.commands.listing.Texts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code service ls}: all services with how many of their tasks run. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName({"service ls", "service list"})
@Requires(Role.VIEWER)
@Command(name = "ls", description = "List services")
public final class ServiceLs implements ShellCommand {

    private static final FilterKeys<Service> KEYS = new FilterKeys<Service>()
            .prefix("id", Service::getId)
            .label("label", service -> service.getSpec().getAnnotations().getLabelsMap())
            .oneOf(
                    "mode",
                    List.of("replicated", "global", "replicated-job", "global-job"),
                    (service, mode) -> mode(service).equals(mode.replace('-', ' ')))
            .prefix("name", service -> service.getSpec().getAnnotations().getName())
            .oneOf(
                    "runtime",
                    List.of("container", "plugin"),
                    (service, runtime) -> service.getSpec().getTask().hasContainer() == runtime.equals("container"));

    @Mixin
    private ListOptions options = new ListOptions();

    @Mixin
    private FilterOption filter = new FilterOption();

    private final Control control;

    @Activate
    public ServiceLs(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) {
        Predicate<Service> wanted = filter.by(KEYS);
        Map<String, List<Task>> tasks =
                control.tasks().list().stream().collect(Collectors.groupingBy(Task::getServiceId));
        List<Service> services = control.services().list().stream()
                .filter(wanted)
                .sorted(Comparator.comparing(
                        service -> service.getSpec().getAnnotations().getName(), new NaturalOrder()))
                .toList();
        List<Column<Service>> columns = List.of(
                Column.of("ID", "ID", service -> Texts.id(service.getId(), options.noTrunc())),
                Column.of("NAME", "Name", service -> service.getSpec()
                        .getAnnotations()
                        .getName()),
                Column.of("MODE", "Mode", ServiceLs::mode),
                Column.of(
                        "REPLICAS",
                        "Replicas",
                        service -> Replicas.of(service, tasks.getOrDefault(service.getId(), List.of()))),
                Column.of(
                        "IMAGE",
                        "Image",
                        service -> Texts.image(
                                service.getSpec().getTask().getContainer().getImage(), options.noTrunc())),
                Column.of(
                        "PORTS",
                        "Ports",
                        service ->
                                PortList.print(service.getSpec().getEndpoint().getPortsList())));
        return Outcome.table(columns, services, options);
    }

    private static String mode(Service service) {
        return switch (service.getSpec().getModeCase()) {
            case GLOBAL -> "global";
            case REPLICATED_JOB -> "replicated job";
            case GLOBAL_JOB -> "global job";
            default -> "replicated";
        };
    }
}
