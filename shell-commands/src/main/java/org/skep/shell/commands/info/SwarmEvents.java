package org.skep.shell.commands.info;

import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.control.Events;
import org.skep.shell.commands.listing.FilterKeys;
import org.skep.shell.commands.listing.FilterOption;
import org.skep.shell.commands.listing.Texts;
import org.skep.shell.commands.value.Since;
import org.skep.shell.commands.value.SinceConverter;
import org.skep.template.Template;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code events}: what happens to the swarm's objects, as it happens. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("events")
@Requires(Role.VIEWER)
@Command(name = "events", description = "Get real time events from the swarm")
public final class SwarmEvents implements ShellCommand {

    @Mixin
    private FilterOption filter = new FilterOption();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description =
                    "Show events since a timestamp (2026-01-02T15:04:05Z) or relative (42m for 42 minutes), as far"
                            + " back as this manager remembers: the last thousand of tasks, and the last thousand of all"
                            + " else, since it started",
            converter = SinceConverter.class)
    private Since since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            description = "Stream events until this timestamp",
            converter = SinceConverter.class)
    private Since until;

    @Option(names = "--format", paramLabel = "FORMAT", description = "'json', or a Go template")
    private String format = "";

    private final Control control;
    private final InstantSource clock;

    @Activate
    public SwarmEvents(@Reference Control control) {
        this(control, InstantSource.system());
    }

    SwarmEvents(Control control, InstantSource clock) {
        this.control = control;
        this.clock = clock;
    }

    private FilterKeys<Events.Event> keys() {
        Map<String, String> nodes = new HashMap<>();
        FilterKeys<Events.Event> keys = new FilterKeys<Events.Event>()
                .key("event", (event, action) -> event.action().equals(action))
                .oneOf("type", Events.Event.TYPES, (event, type) -> event.type().equals(type));
        Events.Event.TYPES.forEach(type -> keys.key(type, (event, object) -> concerns(event, type, object)));
        keys.key("node", (event, node) -> concerns(event, "node", nodes.computeIfAbsent(node, this::id)));
        return keys;
    }

    /** Events name nodes by ID. */
    private String id(String node) {
        try {
            return control.nodes().get(node).getId();
        } catch (SkepException e) {
            return node;
        }
    }

    /** A task's events concern its service and its node, too. */
    private static boolean concerns(Events.Event event, String type, String object) {
        return event.type().equals(type)
                ? event.id().startsWith(object)
                        || object.equals(event.attributes().get("name"))
                : object.equals(event.attributes().get(type));
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        Predicate<Events.Event> wanted = filter.by(keys());
        Function<Events.Event, String> printed = format.isEmpty() ? SwarmEvents::line : templated();
        Instant now = clock.instant();
        control.events()
                .follow(
                        Optional.ofNullable(since).map(moment -> moment.from(now)),
                        Optional.ofNullable(until).map(moment -> moment.from(now)),
                        event -> {
                            if (wanted.test(event)) {
                                session.out().print(printed.apply(event) + "\n");
                                session.out().flush();
                            }
                        });
        return Outcome.done();
    }

    private Function<Events.Event, String> templated() {
        Template template = Template.parse(format.equals("json") ? "{{json .}}" : Template.unescape(format));
        return event -> template.render(tree(event));
    }

    private static String line(Events.Event event) {
        String attributes = new TreeMap<>(event.attributes())
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue())
                        .collect(Collectors.joining(", "));
        return Texts.stamp(event.time()) + " " + event.type() + " " + event.action() + " " + event.id()
                + (attributes.isEmpty() ? "" : " (" + attributes + ")");
    }

    private static Map<String, Object> tree(Events.Event event) {
        Map<String, Object> actor = new LinkedHashMap<>();
        actor.put("ID", event.id());
        actor.put("Attributes", new TreeMap<>(event.attributes()));
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("Type", event.type());
        tree.put("Action", event.action());
        tree.put("Actor", actor);
        tree.put("scope", "swarm");
        tree.put("time", event.time().getEpochSecond());
        tree.put(
                "timeNano",
                event.time().getEpochSecond() * 1_000_000_000L + event.time().getNano());
        return tree;
    }
}
