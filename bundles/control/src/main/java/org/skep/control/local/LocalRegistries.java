package org.skep.control.local;

import com.google.protobuf.ByteString;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.control.Registries;
import org.skep.protocol.Annotations;
import org.skep.protocol.Ids;
import org.skep.protocol.RegistryLogins;
import org.skep.protocol.Secret;
import org.skep.protocol.SecretSpec;
import org.skep.store.Kind;

/** Logins to registries, on this manager's store. */
@Component(service = LocalRegistries.class)
public final class LocalRegistries implements Registries {

    private final ManagerStore store;

    @Activate
    public LocalRegistries(@Reference ManagerStore store) {
        this.store = store;
    }

    @Override
    public void login(String registry, String credentials) {
        SecretSpec spec = SecretSpec.newBuilder()
                .setAnnotations(Annotations.newBuilder().setName(RegistryLogins.secretName(registry)))
                .setData(ByteString.copyFromUtf8(credentials))
                .build();
        store.update(tx -> {
            Optional<Secret> before = tx.secrets().named(RegistryLogins.secretName(registry));
            if (before.isPresent()) {
                tx.update(before.get().toBuilder().setSpec(spec).build());
            } else {
                tx.create(Secret.newBuilder()
                        .setId(Ids.random())
                        .setInternal(true)
                        .setSpec(spec)
                        .build());
            }
            return null;
        });
    }

    @Override
    public void logout(String registry) {
        store.update(tx -> {
            Secret login = tx.secrets()
                    .named(RegistryLogins.secretName(registry))
                    .orElseThrow(() -> SkepException.user(
                            "NOT_FOUND",
                            "the swarm is not logged in to "
                                    + (registry.equals(RegistryLogins.DEFAULT)
                                            ? "the registry of images that name none"
                                            : Shown.of(registry)),
                            registry.equals(RegistryLogins.DEFAULT) ? "\"exit\" leaves the shell" : ""));
            tx.delete(Kind.SECRET, login.getId());
            return null;
        });
    }
}
