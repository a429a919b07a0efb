package org.skep.dispatcher;

import java.util.Optional;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.RegistryLogins;
import org.skep.protocol.Secret;
import org.skep.protocol.Task;
import org.skep.store.View;

/**
 * Adds to a task, as it is sent, what the swarm is to the registry of its image: services and tasks hold no credentials,
 * and the next pull uses those of the last login.
 */
final class RegistryCredentials {

    private RegistryCredentials() {}

    static Task fill(Task task, View view) {
        ContainerSpec container = task.getSpec().getContainer();
        String registry = container.getPullOptions().getRegistry();
        // The image may have changed since: no registry hears what is meant for another.
        Optional<Secret> login = registry.equals(RegistryLogins.registryOf(container.getImage()))
                ? view.secrets().named(RegistryLogins.secretName(registry))
                : Optional.empty();
        if (login.isEmpty()) {
            return task;
        }
        Task.Builder filled = task.toBuilder();
        filled.getSpecBuilder()
                .getContainerBuilder()
                .getPullOptionsBuilder()
                .setRegistryAuth(RegistryLogins.header(login.get()));
        return filled.build();
    }
}
