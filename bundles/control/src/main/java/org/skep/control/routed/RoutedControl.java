package org.skep.control.routed;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.control.Clusters;
import org.skep.control.Configs;
import org.skep.control.Control;
import org.skep.control.Events;
import org.skep.control.Images;
import org.skep.control.Logs;
import org.skep.control.Networks;
import org.skep.control.Nodes;
import org.skep.control.Reach;
import org.skep.control.Registries;
import org.skep.control.ServiceChanges;
import org.skep.control.Services;
import org.skep.control.Tasks;
import org.skep.control.Volumes;

/** The Control API of the swarm, from any manager. */
@Component
public final class RoutedControl implements Control {

    private final Router router;

    @Activate
    public RoutedControl(@Reference Router router) {
        this.router = router;
    }

    @Override
    public Services services() {
        return new RoutedServices(router);
    }

    @Override
    public ServiceChanges changes() {
        return new RoutedServiceChanges(router);
    }

    @Override
    public Tasks tasks() {
        return new RoutedTasks(router);
    }

    @Override
    public Nodes nodes() {
        return new RoutedNodes(router);
    }

    @Override
    public Networks networks() {
        return new RoutedNetworks(router);
    }

    @Override
    public Volumes volumes() {
        return new RoutedVolumes(router);
    }

    @Override
    public Configs configs() {
        return new RoutedConfigs(router);
    }

    @Override
    public Registries registries() {
        return new RoutedRegistries(router);
    }

    @Override
    public Images images() {
        return router.local().images();
    }

    @Override
    public Logs logs() {
        return new RoutedLogs(router);
    }

    @Override
    public Reach reach() {
        return new RoutedReach(router);
    }

    @Override
    public Clusters clusters() {
        return new RoutedClusters(router);
    }

    @Override
    public Events events() {
        return new RoutedEvents(router);
    }

    @Override
    public Copy copy() {
        return router.local().copy();
    }
}
