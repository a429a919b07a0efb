package org.skep.dispatcher;

import java.util.Optional;
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
        String registry = task.getSpec().getContainer().getPullOptions().getRegistry();
        Optional<Secret> login =
                registry.isEmpty() ? Optional.empty() : view.secrets().named(RegistryLogins.secretName(registry));
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
