package org.skep.control.local;

import java.util.Comparator;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.control.Configs;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;
import org.skep.protocol.Ids;
import org.skep.store.Kind;
import org.skep.store.Transaction;

/** Configs, on this manager's store. */
@Component(service = LocalConfigs.class)
public final class LocalConfigs implements Configs {

    private static final int MAX_BYTES = 1_023_999;

    private final ManagerStore store;

    @Activate
    public LocalConfigs(@Reference ManagerStore store) {
        this.store = store;
    }

    @Override
    public List<Config> list() {
        return store.view().configs().all().stream()
                .sorted(Comparator.comparing(LocalConfigs::name))
                .toList();
    }

    @Override
    public Config get(String reference) {
        return References.resolve("config", reference, store.view().configs(), LocalConfigs::name);
    }

    @Override
    public Config create(ConfigSpec spec) {
        String name = spec.getAnnotations().getName();
        Names.checkFileLike("config", name);
        Limits.checkLabels("config", spec.getAnnotations().getLabelsMap());
        Limits.checkSize("config", spec.toBuilder().clearData().build());
        int size = spec.getData().size();
        if (size < 1 || size > MAX_BYTES) {
            throw SkepException.user(
                    "INVALID_CONFIG",
                    "config " + name + (size == 0 ? " is empty" : " has " + size + " bytes"),
                    "from 1 to " + MAX_BYTES + " bytes");
        }
        if (spec.hasTemplating()) {
            throw Refusals.notSupported("a template in a config", "");
        }
        Config config = Config.newBuilder().setId(Ids.random()).setSpec(spec).build();
        store.update(tx -> {
            if (tx.configs().named(name).isPresent()) {
                throw SkepException.state("NAME_CONFLICT", "config " + name + " already exists", "choose another name");
            }
            tx.create(config);
            return null;
        });
        return store.known().configs().get(config.getId()).orElse(config);
    }

    @Override
    public void remove(String reference) {
        store.update(tx -> {
            Config config = References.resolve("config", reference, tx.configs(), LocalConfigs::name);
            checkUnused(tx, config);
            tx.delete(Kind.CONFIG, config.getId());
            return null;
        });
    }

    private static void checkUnused(Transaction tx, Config config) {
        List<String> users = tx.services().all().stream()
                .filter(service -> service.getSpec().getTask().getContainer().getConfigsList().stream()
                        .anyMatch(used -> used.getConfigId().equals(config.getId())))
                .map(LocalServices::name)
                .sorted()
                .toList();
        InUse.check("config", name(config), users, List.of());
    }

    private static String name(Config config) {
        return config.getSpec().getAnnotations().getName();
    }
}
