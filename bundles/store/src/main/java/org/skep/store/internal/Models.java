package org.skep.store.internal;

import com.google.protobuf.Message;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.skep.protocol.Cluster;
import org.skep.protocol.Config;
import org.skep.protocol.Network;
import org.skep.protocol.Node;
import org.skep.protocol.Secret;
import org.skep.protocol.Service;
import org.skep.protocol.Task;
import org.skep.protocol.Volume;
import org.skep.protocol.revision.Revision;
import org.skep.protocol.store.ObjectChange;
import org.skep.store.Kind;

/** The model of every kind, one per constant of {@link Kind} and in its order. */
final class Models {

    private static final List<Model<?>> ALL = inOrder(
            new Model<>(
                    Kind.CLUSTER,
                    Cluster.class,
                    Cluster::getId,
                    Cluster::getMeta,
                    (object, meta) -> object.toBuilder().setMeta(meta).build(),
                    object -> object.getSpec().getAnnotations().getName(),
                    true,
                    id -> Cluster.newBuilder().setId(id).build(),
                    ObjectChange::getCluster,
                    ObjectChange.Builder::setCluster),
            new Model<>(
                    Kind.NODE,
                    Node.class,
                    Node::getId,
                    Node::getMeta,
                    (object, meta) -> object.toBuilder().setMeta(meta).build(),
                    Models::nodeName,
                    false,
                    id -> Node.newBuilder().setId(id).build(),
                    ObjectChange::getNode,
                    ObjectChange.Builder::setNode),
            new Model<>(
                    Kind.SERVICE,
                    Service.class,
                    Service::getId,
                    Service::getMeta,
                    (object, meta) -> object.toBuilder().setMeta(meta).build(),
                    object -> object.getSpec().getAnnotations().getName(),
                    true,
                    id -> Service.newBuilder().setId(id).build(),
                    ObjectChange::getService,
                    ObjectChange.Builder::setService),
            new Model<>(
                    Kind.TASK,
                    Task.class,
                    Task::getId,
                    Task::getMeta,
                    (object, meta) -> object.toBuilder().setMeta(meta).build(),
                    object -> object.getAnnotations().getName(),
                    false,
                    id -> Task.newBuilder().setId(id).build(),
                    ObjectChange::getTask,
                    ObjectChange.Builder::setTask),
            new Model<>(
                    Kind.NETWORK,
                    Network.class,
                    Network::getId,
                    Network::getMeta,
                    (object, meta) -> object.toBuilder().setMeta(meta).build(),
                    object -> object.getSpec().getAnnotations().getName(),
                    true,
                    id -> Network.newBuilder().setId(id).build(),
                    ObjectChange::getNetwork,
                    ObjectChange.Builder::setNetwork),
            new Model<>(
                    Kind.VOLUME,
                    Volume.class,
                    Volume::getId,
                    Volume::getMeta,
                    (object, meta) -> object.toBuilder().setMeta(meta).build(),
                    object -> object.getSpec().getAnnotations().getName(),
                    true,
                    id -> Volume.newBuilder().setId(id).build(),
                    ObjectChange::getVolume,
                    ObjectChange.Builder::setVolume),
            new Model<>(
                    Kind.SECRET,
                    Secret.class,
                    Secret::getId,
                    Secret::getMeta,
                    (object, meta) -> object.toBuilder().setMeta(meta).build(),
                    object -> object.getSpec().getAnnotations().getName(),
                    true,
                    id -> Secret.newBuilder().setId(id).build(),
                    ObjectChange::getSecret,
                    ObjectChange.Builder::setSecret),
            new Model<>(
                    Kind.CONFIG,
                    Config.class,
                    Config::getId,
                    Config::getMeta,
                    (object, meta) -> object.toBuilder().setMeta(meta).build(),
                    object -> object.getSpec().getAnnotations().getName(),
                    true,
                    id -> Config.newBuilder().setId(id).build(),
                    ObjectChange::getConfig,
                    ObjectChange.Builder::setConfig),
            new Model<>(
                    Kind.REVISION,
                    Revision.class,
                    Revision::getId,
                    Revision::getMeta,
                    (object, meta) -> object.toBuilder().setMeta(meta).build(),
                    object -> "",
                    false,
                    id -> Revision.newBuilder().setId(id).build(),
                    ObjectChange::getRevision,
                    ObjectChange.Builder::setRevision));

    private static final Map<Class<?>, Model<?>> BY_TYPE =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Model::type, Function.identity()));

    private Models() {}

    static Model<?> of(Kind kind) {
        return ALL.get(kind.ordinal());
    }

    static Model<?> of(Message object) {
        Model<?> model = BY_TYPE.get(object.getClass());
        if (model == null) {
            throw new IllegalArgumentException(
                    "not an object of the cluster: " + object.getClass().getName());
        }
        return model;
    }

    static Model<?> of(ObjectChange change) {
        return of(
                switch (change.getObjectCase()) {
                    case NODE -> Kind.NODE;
                    case SERVICE -> Kind.SERVICE;
                    case TASK -> Kind.TASK;
                    case NETWORK -> Kind.NETWORK;
                    case SECRET -> Kind.SECRET;
                    case CONFIG -> Kind.CONFIG;
                    case CLUSTER -> Kind.CLUSTER;
                    case VOLUME -> Kind.VOLUME;
                    case REVISION -> Kind.REVISION;
                    case OBJECT_NOT_SET -> throw new IllegalArgumentException("a change without an object");
                });
    }

    private static String nodeName(Node node) {
        String hostname = node.getDescription().getHostname();
        return hostname.isEmpty() ? node.getSpec().getAnnotations().getName() : hostname;
    }

    private static List<Model<?>> inOrder(Model<?>... models) {
        for (Kind kind : Kind.values()) {
            if (models[kind.ordinal()].kind() != kind) {
                throw new IllegalStateException("no model for " + kind);
            }
        }
        return List.copyOf(Arrays.asList(models));
    }
}
