package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.runtime.ResolvedImage;
import org.skep.protocol.Platform;
import org.skep.protocol.ServiceSpec;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

/** What registries have to do with a service's image. */
class ImageFlagsTest {

    private static final String DIGEST = "@sha256:" + "1".repeat(64);

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();

    private ServiceSpec created(String... words) {
        Lines.run(new ServiceCreate(control, List.of(), InstantSource.fixed(Fakes.NOW)), session, words);
        return control.services.get(0).getSpec();
    }

    @Test
    void aServicePinsItsImage() {
        control.registries.images.put(
                "web:1",
                new ResolvedImage(
                        "web:1" + DIGEST,
                        List.of(
                                new ResolvedImage.Platform("linux", "amd64"),
                                new ResolvedImage.Platform("linux", "arm"))));
        ServiceSpec spec = created("-d", "--name", "web", "web:1");
        assertThat(spec.getTask().getContainer().getImage()).isEqualTo("web:1" + DIGEST);
        assertThat(spec.getTask().getPlacement().getPlatformsList())
                .containsExactly(
                        Platform.newBuilder()
                                .setOs("linux")
                                .setArchitecture("amd64")
                                .build(),
                        Platform.newBuilder().setOs("linux").build());
        assertThat(control.registries.resolved).containsExactly("web:1");
    }

    @Test
    void aServiceKeepsItsTagWhenNoRegistryAnswers() {
        control.registries.failure = Optional.of(SkepException.external("X", "no such host", "", null));
        ServiceSpec spec = created("-d", "--name", "web", "web:1");
        assertThat(spec.getTask().getContainer().getImage()).isEqualTo("web:1");
        assertThat(spec.getTask().hasPlacement()).isFalse();
        assertThat(session.warned())
                .startsWith(
                        "warning: image web:1 could not be accessed on a registry to record its digest: no such host")
                .hasLineCount(1);
    }

    @Test
    void whatIsNoNameIsLeftToControl() {
        control.registries.failure = Optional.of(SkepException.user("IMAGE_INVALID", "no name", ""));
        created("-d", "--name", "web", "a..b");
        assertThat(session.warned()).isEmpty();
    }

    @Test
    void aServiceKeepsItsTagWhenToldSo() {
        created("-d", "--no-resolve-image", "--name", "web", "web:1");
        assertThat(control.registries.resolved).isEmpty();
    }

    @Test
    void aServiceNamesTheRegistryOfItsImageAndNoCredentials() {
        ServiceSpec spec = created("-d", "--with-registry-auth", "--name", "web", "example.com/web:1");
        assertThat(spec.getTask().getContainer().getPullOptions().getRegistry()).isEqualTo("example.com");
        assertThat(spec.getTask().getContainer().getPullOptions().getRegistryAuth())
                .isEmpty();
        assertThat(control.registries.resolved).containsExactly("example.com/web:1 with login");
    }

    @Test
    void anUpdatePinsAnotherImageOnly() {
        created("-d", "--name", "web", "web:1");
        control.registries.resolved.clear();
        updated("-d", "--replicas", "2", "web");
        assertThat(control.registries.resolved).isEmpty();
        control.registries.images.put("web:2", new ResolvedImage("web:2" + DIGEST, List.of()));
        updated("-d", "--image", "web:2", "web");
        assertThat(control.services.get(0).getSpec().getTask().getContainer().getImage())
                .isEqualTo("web:2" + DIGEST);
    }

    private void updated(String... words) {
        Lines.run(new ServiceUpdate(control, List.of(), InstantSource.fixed(Fakes.NOW)), session, words);
    }
}
