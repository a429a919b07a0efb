package org.skep.control.local;

import static org.skep.control.local.Rows.bad;
import static org.skep.control.local.Rows.container;

import com.google.protobuf.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.protocol.ConfigReference;
import org.skep.protocol.SecretReference;
import org.skep.protocol.ServiceSpec;

class ContainerRulesTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                bad("no image", "INVALID_IMAGE", "must be provided", s -> container(s)
                        .clearImage()),
                bad("upper case image", "INVALID_IMAGE", "lower case", s -> container(s)
                        .setImage("Nginx")),
                bad("image with blank", "INVALID_IMAGE", "a b", s -> container(s)
                        .setImage("a b")),
                bad("binary image", "INVALID_IMAGE", "??", s -> container(s).setImage("\0\1")),
                bad("long image", "INVALID_IMAGE", "...", s -> container(s).setImage("a".repeat(1 << 16))),
                bad("env without name", "INVALID_ENV", "=x", s -> container(s).addEnv("=x")),
                bad("empty env", "INVALID_ENV", "NAME=VALUE", s -> container(s).addEnv("")),
                bad("NUL in env", "INVALID_ARGUMENT", "NUL", s -> container(s).addEnv("A=\0")),
                bad("NUL in argument", "INVALID_ARGUMENT", "NUL", s -> container(s)
                        .addArgs("\0")),
                bad("relative workdir", "INVALID_ARGUMENT", "absolute", s -> container(s)
                        .setDir("srv")),
                bad("stop signal", "INVALID_ARGUMENT", "signal", s -> container(s)
                        .setStopSignal("99")),
                bad("grace", "INVALID_ARGUMENT", "negative", s -> container(s)
                        .setStopGracePeriod(Duration.newBuilder().setSeconds(-1))),
                bad("secret", "NOT_SUPPORTED", "secret", s -> container(s)
                        .addSecrets(SecretReference.getDefaultInstance())),
                bad("config", "NOT_SUPPORTED", "config", s -> container(s)
                        .addConfigs(ConfigReference.getDefaultInstance())),
                bad("template", "TEMPLATE_INVALID", "--env \"{{.Task.Slot\"", s -> container(s)
                        .addEnv("A={{.Task.Slot")),
                bad("field of a template", "TEMPLATE_INVALID", "Slit", s -> container(s)
                        .setHostname("{{.Task.Slit}}")),
                bad("template of a mount", "INVALID_NAME", "a/1", s -> container(s)
                        .addMounts(Rows.volume("a/{{.Task.Slot}}", "/b"))),
                bad("health interval", "INVALID_HEALTHCHECK", "interval", s -> container(s)
                        .getHealthcheckBuilder()
                        .setInterval(Duration.newBuilder().setNanos(999_999))),
                bad("health retries", "INVALID_HEALTHCHECK", "retries", s -> container(s)
                        .getHealthcheckBuilder()
                        .setRetries(-1)),
                bad("health test", "INVALID_HEALTHCHECK", "CURL", s -> container(s)
                        .getHealthcheckBuilder()
                        .addTest("CURL")));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        Rows.assertRefused(code, fragment, change);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nginx",
                "nginx:1.27",
                "library/nginx",
                "host.example/team/app:v1",
                "localhost/app",
                "10.0.0.1:5000/app",
                "[::1]:5000/app",
                "my--app__x.y",
                "app@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "app:v1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void acceptsImages(String image) {
        ImageReference.check(image);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nginx:",
                ":latest",
                "nginx@",
                "nginx@sha256:12",
                "/nginx",
                "a//b",
                "nginx/",
                "a:b:c",
                "ho_st.example/UP",
                "-a",
                "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
            })
    void refusesImages(String image) {
        Manager.assertRefused("INVALID_IMAGE", image, () -> ImageReference.check(image));
    }

    @Test
    void acceptsTemplates() {
        ServiceSpec.Builder spec = Manager.spec("web").toBuilder();
        container(spec)
                .setHostname("{{.Service.Name}}-{{.Task.Slot}}")
                .addEnv("NODE={{.Node.Hostname}}")
                .addMounts(Rows.volume("data-{{.Task.Slot}}", "/data"));

        ServiceRules.check(spec.build());
    }
}
