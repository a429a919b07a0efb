package org.skep.plugins.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.skep.api.SkepException;
import org.skep.plugins.BundleInfo;
import org.skep.plugins.Change;
import org.skep.plugins.Plugins;

class LocalPluginsTest {

    @TempDir
    Path stateDir;

    private Framework framework;
    private DeployDirectory deployments;
    private Plugins plugins;

    @BeforeEach
    void start() throws Exception {
        framework = new Framework(stateDir);
        Installer installer = framework.installer();
        deployments = new DeployDirectory(framework.context(), framework.config(), installer);
        plugins = new LocalPlugins(
                framework.context(), framework.config(), installer, framework.diagnosis(), deployments);
    }

    @AfterEach
    void stop() throws Exception {
        deployments.close();
        framework.close();
    }

    @Test
    void showsAnInstallBeforeItDoesIt() throws Exception {
        Change change = plugins.install("a.jar", TestJar.of("a", "1.0.0").bytes());

        assertThat(change.plan()).containsExactly("install a 1.0.0: nothing else restarts");
        assertThat(framework.bundle("a")).isNull();

        assertThat(change.apply()).singleElement().asString().startsWith("installed a 1.0.0 as bundle ");
        assertThat(framework.bundle("a").getState()).isEqualTo(Bundle.ACTIVE);
        assertThat(stateDir.resolve("bundles/a.jar")).exists();
        assertThat(plugins.bundles())
                .filteredOn(bundle -> bundle.name().equals("a"))
                .extracting(BundleInfo::origin)
                .containsExactly(BundleInfo.Origin.INSTALLED);
    }

    @Test
    void refusesWhatIsNotABundle() {
        assertRefused("a.txt is not a bundle: it is not a jar file", "a.txt", "hello".getBytes());
        assertRefused("a.jar is not a bundle: it is empty", "a.jar", new byte[0]);
        byte[] whole = TestJar.of("a", "1").bytes();
        byte[] half = java.util.Arrays.copyOf(whole, whole.length / 3);
        assertRefused("a.jar is not a bundle: it is a damaged jar file", "a.jar", half);
        assertRefused(
                "a.jar is not a bundle: its Bundle-Version 'x.y' is no version",
                "a.jar",
                TestJar.of("a", "x.y").bytes());
        assertRefused(
                "a.jar is not a bundle: its manifest has no Bundle-SymbolicName",
                "a.jar",
                TestJar.of("", "1").bytes());
    }

    @Test
    void namesMissingImportsAndChangesNothing() throws Exception {
        install(TestJar.of("old", "1").exporting("p.there;version=\"1.5\""));
        byte[] jar = TestJar.of("a", "1.0.0")
                .importing("p.gone;version=\"[2,3)\",p.there;version=\"2\",p.optional;resolution:=optional,java.util")
                .bytes();

        assertRefused(
                "a 1.0.0 cannot run here: nothing offers package p.gone [2.0.0,3.0.0); package p.there 2.0.0"
                        + " (there is 1.5.0 from old) (nothing has changed)",
                "a.jar",
                jar);
        assertThat(framework.bundle("a")).isNull();
        assertThat(stateDir.resolve("bundles/a.jar")).doesNotExist();
    }

    @Test
    void refusesASecondBundleOfAName() throws Exception {
        install(TestJar.of("a", "1.0.0"));
        long id = framework.bundle("a").getBundleId();

        assertRefused(
                "a is already here: bundle " + id + ", version 1.0.0 (use bundle update " + id + " to replace it)",
                "a.jar",
                TestJar.of("a", "2.0.0").bytes());
    }

    @Test
    void saysWhatAnUpdateRestarts() throws Exception {
        install(TestJar.of("lib", "1.0.0").exporting("p;version=\"1.0.0\""));
        install(TestJar.of("user", "1.0.0").importing("p;version=\"[1,2)\""));
        install(TestJar.of("bystander", "1.0.0"));
        Change change = plugins.update(
                "lib",
                "lib.jar",
                TestJar.of("lib", "1.1.0").exporting("p;version=\"1.1.0\"").bytes());

        assertThat(change.plan()).containsExactly("update lib from 1.0.0 to 1.1.0", "these restart: user");
        change.apply();

        assertThat(framework.bundle("lib").getVersion()).hasToString("1.1.0");
        assertThat(framework.bundle("user").getState()).isEqualTo(Bundle.ACTIVE);
    }

    @Test
    void refusesAnUpdateThatOthersCouldNotSurvive() throws Exception {
        install(TestJar.of("lib", "1.0.0").exporting("p;version=\"1.0.0\""));
        install(TestJar.of("user", "1.0.0").importing("p;version=\"[1,2)\""));
        byte[] next =
                TestJar.of("lib", "2.0.0").exporting("p;version=\"2.0.0\"").bytes();

        assertThatThrownBy(() -> plugins.update("lib", "lib.jar", next))
                .isInstanceOfSatisfying(SkepException.class, e -> assertThat(e.line())
                        .isEqualTo("lib 2.0.0 no longer has what others need: user needs package p [1.0.0,2.0.0)"
                                + " (nothing has changed)"));
        assertThat(framework.bundle("lib").getVersion()).hasToString("1.0.0");
    }

    @Test
    void refusesToUninstallWhatOthersNeed() throws Exception {
        install(TestJar.of("lib", "1.0.0").exporting("p"));
        install(TestJar.of("user", "1.0.0").importing("p"));

        assertThatThrownBy(() -> plugins.uninstall("lib"))
                .isInstanceOfSatisfying(SkepException.class, e -> assertThat(e.line())
                        .startsWith("lib 1.0.0 is needed: user needs package p"));
        plugins.uninstall("user").apply();
        plugins.uninstall("lib").apply();

        assertThat(framework.bundle("lib")).isNull();
        assertThat(Files.list(stateDir.resolve("bundles"))).isEmpty();
    }

    @Test
    void protectsWhatBelongsToSkep() throws Exception {
        framework
                .context()
                .installBundle(
                        "reference-like:x",
                        BundleFile.of("x", TestJar.of("x", "1").bytes()).stream());

        assertThatThrownBy(() -> plugins.uninstall("x")).hasMessage("x belongs to Skep and cannot be uninstalled");
        assertThatThrownBy(() -> plugins.stop("0")).hasMessageEndingWith("is the framework itself");
        assertThatThrownBy(() -> plugins.stop("no.such")).hasMessage("no such bundle: no.such");
    }

    @Test
    void saysWhyABundleIsNotActive() throws Exception {
        framework
                .context()
                .installBundle(
                        "test:needy",
                        BundleFile.of(
                                "x",
                                TestJar.of("needy", "1").importing("p.gone").bytes())
                                .stream());
        install(TestJar.of("idle", "1"));
        plugins.stop("idle").apply();

        assertThat(plugins.diagnose(Optional.empty()))
                .contains("needy is not resolved: nothing offers package p.gone", "idle is stopped");
        assertThat(plugins.diagnose(Optional.of("idle"))).containsExactly("idle is stopped");
        plugins.start("idle").apply();
        assertThat(plugins.diagnose(Optional.of("idle"))).isEmpty();
    }

    private void install(TestJar jar) throws InterruptedException {
        plugins.install("x.jar", jar.bytes()).apply();
    }

    private void assertRefused(String line, String file, byte[] content) {
        assertThatThrownBy(() -> plugins.install(file, content))
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.line()).isEqualTo(line));
    }
}
