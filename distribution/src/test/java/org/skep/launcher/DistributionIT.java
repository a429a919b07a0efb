package org.skep.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.FrameworkWiring;

/** The distribution as it was just assembled. */
class DistributionIT {

    private static final Path HOME = Path.of(System.getProperty("skep.distribution"));

    @Test
    void everyBundleResolves(@TempDir Path temp) throws Exception {
        OsgiRuntime runtime = OsgiRuntime.prepare(
                Distribution.at(HOME), new BundleCache(temp.resolve("cache")), temp.resolve("none"));
        try {
            List<Bundle> bundles = Arrays.asList(runtime.context().getBundles());
            bundles.get(0).adapt(FrameworkWiring.class).resolveBundles(bundles);

            assertThat(bundles).hasSizeGreaterThan(20);
            assertThat(bundles)
                    .filteredOn(bundle -> bundle.getState() == Bundle.INSTALLED)
                    .extracting(Bundle::getSymbolicName)
                    .as("bundles that do not resolve; to see why: bundle diag, or start skepd and read its log")
                    .isEmpty();
        } finally {
            runtime.stop(10_000);
        }
    }

    @Test
    void noBundleIsThereTwice() {
        List<String> names = Distribution.at(HOME).bundles().stream()
                .map(item -> item.jar().getFileName().toString().replaceFirst("-[0-9].*", ""))
                .toList();

        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void startLevelsFollowTheNamesOfDirectories() {
        List<Distribution.Item> bundles = Distribution.at(HOME).bundles();

        assertThat(bundles).isNotEmpty().allSatisfy(item -> assertThat(
                        item.jar().getParent().getFileName().toString())
                .startsWith(String.format("%02d-", item.startLevel())));
        assertThat(bundles.get(bundles.size() - 1).jar().getFileName().toString())
                .as("answers as soon as it starts, so it comes last")
                .startsWith("org.skep.shell-");
    }
}
