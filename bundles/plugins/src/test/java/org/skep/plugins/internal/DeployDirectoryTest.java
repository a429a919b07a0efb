package org.skep.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;

class DeployDirectoryTest {

    @TempDir
    Path stateDir;

    private Framework framework;
    private DeployDirectory deployments;

    @BeforeEach
    void start() throws Exception {
        framework = new Framework(stateDir);
        deployments = new DeployDirectory(framework.context(), framework.config(), framework.installer());
    }

    @AfterEach
    void stop() throws Exception {
        deployments.close();
        framework.close();
    }

    @Test
    void followsTheFiles() throws Exception {
        put("a.jar", TestJar.of("a", "1.0.0"));
        eventually("the deploy directory is followed", () -> active("a", "1.0.0"));

        put("a.jar", TestJar.of("a", "1.1.0"));
        eventually("the deploy directory is followed", () -> active("a", "1.1.0"));

        Files.delete(stateDir.resolve("deploy/a.jar"));
        eventually("the deploy directory is followed", () -> framework.bundle("a") == null);
    }

    @Test
    void takesFilesInWhateverOrder() throws Exception {
        put("a-user.jar", TestJar.of("user", "1").importing("p"));
        eventually(
                "the deploy directory is followed",
                () -> !deployments.rejections().isEmpty());
        assertThat(deployments.rejections())
                .containsExactly("deploy/a-user.jar: user 1.0.0 cannot run here: nothing offers package p"
                        + " (nothing has changed)");

        put("b-lib.jar", TestJar.of("lib", "1").exporting("p"));
        eventually(
                "the deploy directory is followed",
                () -> active("user", "1.0.0") && deployments.rejections().isEmpty());
    }

    @Test
    void saysWhatItCannotUse() throws Exception {
        Files.writeString(stateDir.resolve("deploy/x.jar"), "not a jar");
        eventually(
                "the deploy directory is followed",
                () -> deployments.rejections().contains("deploy/x.jar: x.jar is not a bundle: it is not a jar file"));

        Files.delete(stateDir.resolve("deploy/x.jar"));
        eventually(
                "the deploy directory is followed",
                () -> deployments.rejections().isEmpty());
    }

    @Test
    void adoptsWhatIsThereAfterARestart() throws Exception {
        put("a.jar", TestJar.of("a", "1.0.0"));
        put("gone.jar", TestJar.of("gone", "1.0.0"));
        eventually("the deploy directory is followed", () -> active("a", "1.0.0") && active("gone", "1.0.0"));
        long installed = framework.bundle("a").getLastModified();
        deployments.close();
        Files.delete(stateDir.resolve("deploy/gone.jar"));

        deployments = new DeployDirectory(framework.context(), framework.config(), framework.installer());
        eventually("the deploy directory is followed", () -> framework.bundle("gone") == null);

        assertThat(framework.bundle("a").getLastModified()).isEqualTo(installed);
    }

    private void put(String name, TestJar jar) throws Exception {
        Path file = stateDir.resolve(name);
        Files.write(file, jar.bytes());
        Files.move(file, stateDir.resolve("deploy").resolve(name), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    private boolean active(String name, String version) {
        Bundle bundle = framework.bundle(name);
        return bundle != null
                && bundle.getState() == Bundle.ACTIVE
                && bundle.getVersion().toString().equals(version);
    }
}
