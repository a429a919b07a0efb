package org.skep.shell.commands;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.control.Configs;
import org.skep.control.Logs;
import org.skep.control.Networks;
import org.skep.control.Nodes;
import org.skep.control.ServiceChanges;
import org.skep.control.Services;
import org.skep.control.Tasks;
import org.skep.control.Volumes;

/** The control services of this framework. */
@Component
public final class LocalManager implements Manager {

    private final Services services;
    private final ServiceChanges changes;
    private final Tasks tasks;
    private final Nodes nodes;
    private final Networks networks;
    private final Volumes volumes;
    private final Configs configs;
    private final Logs logs;

    @Activate
    public LocalManager(
            @Reference Services services,
            @Reference ServiceChanges changes,
            @Reference Tasks tasks,
            @Reference Nodes nodes,
            @Reference Networks networks,
            @Reference Volumes volumes,
            @Reference Configs configs,
            @Reference Logs logs) {
        this.services = services;
        this.changes = changes;
        this.tasks = tasks;
        this.nodes = nodes;
        this.networks = networks;
        this.volumes = volumes;
        this.configs = configs;
        this.logs = logs;
    }

    @Override
    public Services services() {
        return services;
    }

    @Override
    public ServiceChanges changes() {
        return changes;
    }

    @Override
    public Tasks tasks() {
        return tasks;
    }

    @Override
    public Nodes nodes() {
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
    public Logs logs() {
        return logs;
    }
}
