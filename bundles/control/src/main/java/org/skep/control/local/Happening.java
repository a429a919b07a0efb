package org.skep.control.local;

import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.skep.control.Events.Event;
import org.skep.protocol.Config;
import org.skep.protocol.Meta;
import org.skep.protocol.Network;
import org.skep.protocol.Node;
import org.skep.protocol.NodeRole;
import org.skep.protocol.Secret;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.Times;
import org.skep.protocol.Volume;
import org.skep.store.Change;

/**
 * What a change of an object is worth telling. Attributes are those of swarm mode's events; what only counts for the
 * managers' own book-keeping is left out.
 */
final class Happening {

    private final Change change;
    private final Map<String, String> attributes = new TreeMap<>();
    /** Something changed that was asked for, or that has no attribute of its own. */
    private boolean notable;

    private Happening(Change change) {
        this.change = change;
        this.notable = change.created() || change.deleted();
    }

    /** @param now when it was applied, for what carries no time of its own */
    static Optional<Event> of(Change change, Instant now) {
        return new Happening(change).event(now);
    }

    private Optional<Event> event(Instant now) {
        Message object = change.deleted() ? change.before() : change.after();
        Optional<Meta> meta = Optional.empty();
        if (object instanceof Node node) {
            meta = Optional.of(node.getMeta());
            node(node);
        } else if (object instanceof Service service) {
            meta = Optional.of(service.getMeta());
            service(service);
        } else if (object instanceof Task task) {
            meta = Optional.of(task.getMeta());
            task(task);
        } else if (object instanceof Network network) {
            meta = Optional.of(network.getMeta());
            named(network.getSpec().getAnnotations().getName());
            notable |= differs(Network::getSpec, network);
        } else if (object instanceof Volume volume) {
            meta = Optional.of(volume.getMeta());
            named(volume.getSpec().getAnnotations().getName());
            notable |= differs(Volume::getSpec, volume);
        } else if (object instanceof Secret secret) {
            meta = Optional.of(secret.getMeta());
            named(secret.getSpec().getAnnotations().getName());
            notable |= differs(Secret::getSpec, secret);
        } else if (object instanceof Config config) {
            meta = Optional.of(config.getMeta());
            named(config.getSpec().getAnnotations().getName());
            notable |= differs(Config::getSpec, config);
        } else {
            notable = false;
        }
        if (!notable) {
            return Optional.empty();
        }
        Instant time = change.deleted() ? now : meta.map(this::time).orElse(now);
        String type = change.kind().name().toLowerCase(Locale.ROOT);
        return Optional.of(new Event(time, type, action(), change.id(), attributes));
    }

    private Instant time(Meta meta) {
        Timestamp written = change.created() ? meta.getCreatedAt() : meta.getUpdatedAt();
        return Times.instant(written);
    }

    private String action() {
        return change.created() ? "create" : change.deleted() ? "remove" : "update";
    }

    private void named(String name) {
        attributes.put("name", name);
    }

    private void node(Node node) {
        named(LocalNodes.name(node));
        if (change.before() instanceof Node old && change.after() != null) {
            changed(
                    "state",
                    lower(old.getStatus().getState()),
                    lower(node.getStatus().getState()));
            changed(
                    "availability",
                    lower(old.getSpec().getAvailability()),
                    lower(node.getSpec().getAvailability()));
            changed("role", role(old.getRole()), role(node.getRole()));
            changed(
                    "desiredrole",
                    role(old.getSpec().getDesiredRole()),
                    role(node.getSpec().getDesiredRole()));
            notable |= !old.getSpec().equals(node.getSpec());
        }
    }

    private void service(Service service) {
        named(LocalServices.name(service));
        if (change.before() instanceof Service old && change.after() != null) {
            changed("replicas", replicas(old.getSpec()), replicas(service.getSpec()));
            changed("image", image(old.getSpec()), image(service.getSpec()));
            changed(
                    "updatestate",
                    lower(old.getUpdateStatus().getState()),
                    lower(service.getUpdateStatus().getState()));
            notable |= !old.getSpec().equals(service.getSpec());
        }
    }

    private void task(Task task) {
        named(TaskNames.full(task));
        attributes.put("service", task.getServiceAnnotations().getName());
        if (!task.getNodeId().isEmpty()) {
            attributes.put("node", task.getNodeId());
        }
        if (change.before() instanceof Task old && change.after() != null) {
            changed(
                    "state",
                    lower(old.getStatus().getState()),
                    lower(task.getStatus().getState()));
        }
    }

    private void changed(String attribute, String before, String after) {
        if (!before.equals(after)) {
            attributes.put(attribute + ".old", before);
            attributes.put(attribute + ".new", after);
            notable = true;
        }
    }

    private <T extends Message> boolean differs(Function<T, Message> part, T after) {
        @SuppressWarnings("unchecked")
        T before = (T) change.before();
        return before != null && !part.apply(before).equals(part.apply(after));
    }

    private static String replicas(ServiceSpec spec) {
        return spec.hasReplicated() ? Long.toUnsignedString(spec.getReplicated().getReplicas()) : "";
    }

    private static String image(ServiceSpec spec) {
        return spec.getTask().getContainer().getImage();
    }

    private static String role(NodeRole role) {
        return role == NodeRole.NODE_ROLE_MANAGER ? "manager" : "worker";
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
