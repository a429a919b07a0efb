package org.skep.control.routed;

import org.skep.control.Registries;

/** Logins to registries, wherever the leader is. To keep one twice is to keep it once. */
record RoutedRegistries(Router router) implements Registries {

    @Override
    public void login(String registry, String credentials) {
        router.change("login", leader -> {
            leader.registries().login(registry, credentials);
            return null;
        });
    }

    @Override
    public void logout(String registry) {
        router.write("logout", leader -> {
            leader.registries().logout(registry);
            return null;
        });
    }
}
