package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RegistryCredentials;
import org.skep.api.runtime.ResolvedImage;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.RuntimeInfo;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.protocol.RegistryLogins;
import org.skep.protocol.Secret;

/** Logins to registries in the store, and what registries are asked with them. */
class LocalRegistriesTest {

    private final Manager manager = Manager.leading();
    private final LocalRegistries registries = new LocalRegistries(manager.access);
    private final List<String> asked = new ArrayList<>();

    private Optional<Secret> login(String registry) {
        return manager.store.view().secrets().named(RegistryLogins.secretName(registry));
    }

    @Test
    void keepsTheNewestLoginAsAnInternalSecret() {
        registries.login("example.com", "{\"password\":\"one\"}");
        String id = login("example.com").orElseThrow().getId();
        registries.login("example.com", "{\"password\":\"two\"}");

        Secret kept = login("example.com").orElseThrow();
        assertThat(kept.getId()).isEqualTo(id);
        assertThat(kept.getInternal()).isTrue();
        assertThat(kept.getSpec().getData().toStringUtf8()).isEqualTo("{\"password\":\"two\"}");
    }

    @Test
    void forgetsALogin() {
        registries.login("example.com", "{}");
        registries.logout("example.com");
        assertThat(login("example.com")).isEmpty();
        assertThatThrownBy(() -> registries.logout("example.com"))
                .isInstanceOf(SkepException.class)
                .hasMessage("the swarm is not logged in to example.com");
    }

    @Test
    void asksARegistryWithItsLoginWhenItIsToldSo() {
        LocalImages images = new LocalImages(manager.access);
        images.bindRuntime(new Runtime());
        registries.login("example.com", "{\"a\":1}");

        assertThat(images.resolve("example.com/web:1", true).orElseThrow().reference())
                .isEqualTo("example.com/web:1@sha256:1");
        images.resolve("example.com/web:1", false);
        images.resolve("other.com/web:1", true);
        assertThat(asked).containsExactly(Base64.getUrlEncoder().encodeToString("{\"a\":1}".getBytes()), "", "");
    }

    @Test
    void knowsNothingOfImagesWithoutARuntime() {
        LocalImages images = new LocalImages(manager.access);
        assertThat(images.resolve("example.com/web:1", true)).isEmpty();
        assertThat(images.verify(new RegistryCredentials("example.com", "anna", "secret", "")))
                .isEmpty();
    }

    private final class Runtime implements NodeRuntime, RuntimeDriver {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public RuntimeDriver driver() {
            return this;
        }

        @Override
        public Optional<ResolvedImage> resolve(String image, String registryAuth) {
            asked.add(registryAuth);
            return Optional.of(new ResolvedImage(image + "@sha256:1", List.of()));
        }

        @Override
        public RuntimeInfo info() {
            throw new AssertionError();
        }

        @Override
        public TaskController controller(TaskDescription task) {
            throw new AssertionError();
        }

        @Override
        public void retain(Set<String> taskIds) {
            throw new AssertionError();
        }
    }
}
