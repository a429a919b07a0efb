package org.skep.control.routed;

import java.util.List;
import org.skep.control.Configs;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;

/** Configs, wherever the leader is. */
record RoutedConfigs(Router router) implements Configs {

    @Override
    public List<Config> list() {
        return router.read(leader -> leader.configs().list());
    }

    @Override
    public Config get(String reference) {
        return router.read(leader -> leader.configs().get(reference));
    }

    @Override
    public Config create(ConfigSpec spec) {
        return router.write("config ls", leader -> leader.configs().create(spec));
    }

    @Override
    public void remove(String reference) {
        router.write("config ls", leader -> {
            leader.configs().remove(reference);
            return null;
        });
    }
}
