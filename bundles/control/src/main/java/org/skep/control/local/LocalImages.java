package org.skep.control.local;

import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RegistryCredentials;
import org.skep.api.runtime.ResolvedImage;
import org.skep.control.Images;
import org.skep.control.neighbour.Neighbour;
import org.skep.protocol.RegistryLogins;

/** Images, asked of registries by this node's runtime; logins are those of this manager's own copy of the state. */
@Component(service = LocalImages.class)
public final class LocalImages implements Images {

    private final ManagerStore store;
    private final Neighbour<NodeRuntime> runtime = new Neighbour<>(() -> {});

    @Activate
    public LocalImages(@Reference ManagerStore store) {
        this.store = store;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindRuntime(NodeRuntime service) {
        runtime.bind(service);
    }

    void unbindRuntime(NodeRuntime service) {
        runtime.unbind(service);
    }

    @Override
    public Optional<ResolvedImage> resolve(String image, boolean withLogin) {
        String login = withLogin ? login(image) : "";
        return runtime.get().flatMap(present -> present.driver().resolve(image, login));
    }

    private String login(String image) {
        return store.known()
                .secrets()
                .named(RegistryLogins.secretName(RegistryLogins.registryOf(image)))
                .map(RegistryLogins::header)
                .orElse("");
    }

    @Override
    public Optional<RegistryCredentials> verify(RegistryCredentials credentials) {
        return runtime.get().flatMap(present -> present.driver().verify(credentials));
    }
}
