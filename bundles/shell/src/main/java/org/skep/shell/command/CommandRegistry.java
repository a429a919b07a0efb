package org.skep.shell.command;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentConstants;
import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferenceScope;
import org.skep.api.command.Candidates;
import org.skep.api.command.CommandName;
import org.skep.api.command.Role;
import org.skep.api.command.ShellCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whiteboard: bundles register {@link ShellCommand} and {@link Candidates} services, and here they are found. */
@Component
public final class CommandRegistry implements Commands {

    private static final Logger LOG = LoggerFactory.getLogger(CommandRegistry.class);

    private final Map<ServiceReference<ShellCommand>, CommandService> commands = new ConcurrentSkipListMap<>();
    private final Map<String, ComponentServiceObjects<Candidates>> candidates = new ConcurrentHashMap<>();
    private volatile List<CommandEntry> entries = List.of();

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            scope = ReferenceScope.PROTOTYPE,
            unbind = "removeCommand")
    void addCommand(ComponentServiceObjects<ShellCommand> objects) {
        ServiceReference<ShellCommand> reference = objects.getServiceReference();
        List<String> names = strings(reference.getProperty("skep.command.name"));
        Role role = role(reference.getProperty("skep.requires"));
        if (names.isEmpty()) {
            LOG.warn("{} has no @{} and cannot be called", describe(reference), CommandName.class.getSimpleName());
            return;
        }
        if (!Constants.SCOPE_PROTOTYPE.equals(reference.getProperty(Constants.SERVICE_SCOPE))) {
            LOG.warn("{} is not prototype-scoped: its lines share one instance", describe(reference));
        }
        commands.put(reference, new CommandService(names, role, objects, this::candidates));
        changed();
    }

    void removeCommand(ComponentServiceObjects<ShellCommand> objects) {
        CommandService gone = commands.remove(objects.getServiceReference());
        changed();
        if (gone != null) {
            gone.close();
        }
    }

    private synchronized void changed() {
        // Of two services with the same name the framework's order decides: highest ranking, then oldest, comes last.
        Map<String, CommandEntry> byName = new LinkedHashMap<>();
        commands.values().forEach(service -> byName.put(service.name(), service));
        entries = List.copyOf(byName.values());
    }

    /** The services themselves are not made before someone presses Tab. */
    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "removeCandidates")
    void addCandidates(ComponentServiceObjects<Candidates> objects) {
        candidates.put(className(objects), objects);
    }

    void removeCandidates(ComponentServiceObjects<Candidates> objects) {
        candidates.remove(className(objects), objects);
    }

    /** A component is named after its class unless someone insists. */
    private static String className(ComponentServiceObjects<Candidates> objects) {
        return String.valueOf(objects.getServiceReference().getProperty(ComponentConstants.COMPONENT_NAME));
    }

    @Override
    public List<CommandEntry> entries() {
        return entries;
    }

    @Override
    public List<String> candidates(Class<?> type) {
        ComponentServiceObjects<Candidates> objects = candidates.get(type.getName());
        Candidates service = objects == null ? null : objects.getService();
        if (service == null) {
            return List.of();
        }
        try {
            List<String> values = new ArrayList<>();
            service.forEach(values::add);
            return values;
        } finally {
            objects.ungetService(service);
        }
    }

    private static List<String> strings(Object property) {
        if (property instanceof String one) {
            return List.of(one);
        }
        return property instanceof String[] several ? List.of(several) : List.of();
    }

    private static Role role(Object property) {
        try {
            return property instanceof String name ? Role.valueOf(name) : Role.ADMIN;
        } catch (IllegalArgumentException e) {
            LOG.warn("unknown role {}: only an admin may run this command", property);
            return Role.ADMIN;
        }
    }

    private static String describe(ServiceReference<?> reference) {
        return "command " + reference.getProperty(ComponentConstants.COMPONENT_NAME);
    }
}
