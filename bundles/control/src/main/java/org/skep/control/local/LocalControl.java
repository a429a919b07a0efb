package org.skep.control.local;

import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.node.Endpoint;
import org.skep.control.Clusters;
import org.skep.control.Configs;
import org.skep.control.Control;
import org.skep.control.Events;
import org.skep.control.Images;
import org.skep.control.Logs;
import org.skep.control.Networks;
import org.skep.control.Reach;
import org.skep.control.Registries;
import org.skep.control.Services;
import org.skep.control.Tasks;
import org.skep.control.Volumes;
import org.skep.store.Store;

/** The Control API of this manager alone: what asks for a leader is refused with {@code NO_LEADER} where another leads. */
@Component(service = LocalControl.class)
public final class LocalControl implements Control {

    private final LocalServices services;
    private final LocalServiceChanges changes;
    private final LocalTasks tasks;
    private final LocalNodes nodes;
    private final LocalNetworks networks;
    private final LocalVolumes volumes;
    private final LocalConfigs configs;
    private final LocalRegistries registries;
    private final LocalImages images;
    private final LocalLogs logs;
    private final LocalReach reach;
    private final LocalClusters clusters;
    private final LocalEvents events;
    private final ManagerStore store;

    @Activate
    public LocalControl(
            @Reference LocalServices services,
            @Reference LocalServiceChanges changes,
            @Reference LocalTasks tasks,
            @Reference LocalNodes nodes,
            @Reference LocalNetworks networks,
            @Reference LocalVolumes volumes,
            @Reference LocalConfigs configs,
            @Reference LocalRegistries registries,
            @Reference LocalImages images,
            @Reference LocalLogs logs,
            @Reference LocalReach reach,
            @Reference LocalClusters clusters,
            @Reference LocalEvents events,
            @Reference ManagerStore store) {
        this.services = services;
        this.changes = changes;
        this.tasks = tasks;
        this.nodes = nodes;
        this.networks = networks;
        this.volumes = volumes;
        this.configs = configs;
        this.registries = registries;
        this.images = images;
        this.logs = logs;
        this.reach = reach;
        this.clusters = clusters;
        this.events = events;
        this.store = store;
    }

    /** Where a manager is to be found, as far as is known here. */
    public Optional<Endpoint> address(String nodeId) {
        return nodes.address(nodeId);
    }

    @Override
    public Services services() {
        return services;
    }

    @Override
    public LocalServiceChanges changes() {
        return changes;
    }

    @Override
    public Tasks tasks() {
        return tasks;
    }

    @Override
    public LocalNodes nodes() {
        return nodes;
    }

    @Override
    public Networks networks() {
        return networks;
    }

    @Override
    public Volumes volumes() {
        return volumes;
    }

    @Override
    public Configs configs() {
        return configs;
    }

    @Override
    public Registries registries() {
        return registries;
    }

    @Override
    public Images images() {
        return images;
    }

    @Override
    public Logs logs() {
        return logs;
    }

    @Override
    public Reach reach() {
        return reach;
    }

    @Override
    public Clusters clusters() {
        return clusters;
    }

    @Override
    public Events events() {
        return events;
    }

    @Override
    public Copy copy() {
        Store.Fingerprint fingerprint = store.source().fingerprint();
        return new Copy(fingerprint.index(), fingerprint.digest());
    }
}
