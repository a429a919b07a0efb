package org.skep.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.framework.Felix;
import org.apache.felix.framework.util.FelixConstants;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.framework.wiring.BundleRevision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The framework that holds this node's bundles. */
final class OsgiRuntime {

    private static final Logger LOG = LoggerFactory.getLogger(OsgiRuntime.class);
    private static final String PLUGIN = "plugin:";

    private final Distribution distribution;
    private final Felix framework;

    private OsgiRuntime(Distribution distribution, Felix framework) {
        this.distribution = distribution;
        this.framework = framework;
    }

    /** A framework with the distribution's bundles and the node's plug-ins installed, none of them started. */
    static OsgiRuntime prepare(Distribution distribution, BundleCache cache, Path plugins)
            throws BundleException, IOException {
        String fingerprint = distribution.fingerprint();
        if (!cache.filledFrom(fingerprint)) {
            return fill(distribution, cache, plugins, fingerprint);
        }
        try {
            OsgiRuntime runtime = open(distribution, cache);
            runtime.installPlugins(plugins);
            return runtime;
        } catch (BundleException | RuntimeException e) {
            LOG.warn("The bundle cache {} is damaged: it is made anew", cache.directory(), e);
            return fill(distribution, cache, plugins, fingerprint);
        }
    }

    private static OsgiRuntime fill(Distribution distribution, BundleCache cache, Path plugins, String fingerprint)
            throws BundleException, IOException {
        cache.clear();
        OsgiRuntime runtime = open(distribution, cache);
        runtime.install();
        runtime.installPlugins(plugins);
        cache.mark(fingerprint);
        return runtime;
    }

    private static OsgiRuntime open(Distribution distribution, BundleCache cache) throws BundleException {
        Felix framework = new Felix(properties(distribution, cache));
        framework.init();
        // plug-ins come after all that is ours
        framework.adapt(FrameworkStartLevel.class).setInitialBundleStartLevel(distribution.highestStartLevel());
        return new OsgiRuntime(distribution, framework);
    }

    private static Map<String, Object> properties(Distribution distribution, BundleCache cache) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, cache.directory().toString());
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, distribution.sharedPackages());
        properties.put(Constants.FRAMEWORK_BEGINNING_STARTLEVEL, Integer.toString(distribution.highestStartLevel()));
        properties.put(Constants.FRAMEWORK_BSNVERSION, Constants.FRAMEWORK_BSNVERSION_MULTIPLE);
        properties.put(FelixConstants.LOG_LOGGER_PROP, new FrameworkLog());
        // the lock on the state directory already keeps others out
        properties.put("felix.cache.locking", "false");
        return properties;
    }

    private void install() throws BundleException {
        BundleContext context = framework.getBundleContext();
        for (Distribution.Item item : distribution.bundles()) {
            Bundle bundle = context.installBundle(item.location());
            bundle.adapt(BundleStartLevel.class).setStartLevel(item.startLevel());
            if (!isFragment(bundle)) {
                bundle.start(Bundle.START_ACTIVATION_POLICY);
            }
        }
    }

    /**
     * Brings the plug-ins in line with {@code bundles/<name>.jar} in the state directory, where {@code bundle install}
     * keeps them: the files count, not what the cache remembers. The locations are that command's, too.
     */
    private void installPlugins(Path directory) throws IOException, BundleException {
        BundleContext context = framework.getBundleContext();
        List<Path> jars = jars(directory);
        for (Bundle known : context.getBundles()) {
            if (known.getLocation().startsWith(PLUGIN) && jars.stream().noneMatch(jar -> isOf(jar, known))) {
                known.uninstall();
            }
        }
        for (Path jar : jars) {
            Bundle known = context.getBundle(PLUGIN + jar.getFileName());
            try (InputStream content = Files.newInputStream(jar)) {
                if (known == null) {
                    context.installBundle(PLUGIN + jar.getFileName(), content).start(Bundle.START_ACTIVATION_POLICY);
                } else if (Files.getLastModifiedTime(jar).toMillis() > known.getLastModified()) {
                    // the daemon died between keeping the new version and taking it into use
                    known.update(content);
                }
            } catch (BundleException e) {
                LOG.error("The plug-in {} cannot be installed", jar, e);
            }
        }
    }

    private static boolean isOf(Path jar, Bundle plugin) {
        return plugin.getLocation().equals(PLUGIN + jar.getFileName());
    }

    private static List<Path> jars(Path directory) throws IOException {
        if (Files.notExists(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    <S> void register(Class<S> type, S service) {
        framework.getBundleContext().registerService(type, service, null);
    }

    /** Starts the bundles, level by level. A bundle that fails is reported, and the others go on. */
    void start() throws BundleException {
        framework.start();
    }

    /** Bundles of the distribution that could not be resolved or started. */
    List<Bundle> notActive() {
        List<Bundle> bundles = new ArrayList<>();
        for (Bundle bundle : framework.getBundleContext().getBundles()) {
            if (bundle.getState() != Bundle.ACTIVE && bundle.getState() != Bundle.STARTING && !isFragment(bundle)) {
                bundles.add(bundle);
            }
        }
        return bundles;
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    /** The one service of a type that is there now, or null. */
    <S> S service(Class<S> type) {
        BundleContext context = framework.getBundleContext();
        ServiceReference<S> reference = context == null ? null : context.getServiceReference(type);
        return reference == null ? null : context.getService(reference);
    }

    void awaitStop() throws InterruptedException {
        framework.waitForStop(0);
    }

    /** Stops all bundles in reverse order and returns when they have stopped, or when the time is over. */
    boolean stop(long millis) throws BundleException, InterruptedException {
        framework.stop();
        return framework.waitForStop(millis).getType() != FrameworkEvent.WAIT_TIMEDOUT;
    }
}
