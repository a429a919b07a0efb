package org.skep.plugins.internal;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the bundles in step with the jars in {@code deploy/} of the state directory: a new file is installed, a changed
 * one updates its bundle, and a bundle whose file has gone is uninstalled. The same checks hold as for the commands.
 */
@Component(service = DeployDirectory.class, immediate = true)
public final class DeployDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(DeployDirectory.class);
    private static final String LOCATION = "deploy:";

    /** Files are looked at once nothing has changed for this long: they may still be on their way. */
    private static final long QUIET_MILLIS = 300;

    private final BundleContext context;
    private final Installer installer;
    private final Path directory;
    private final WatchService watch;
    private final Thread thread;
    private final Map<String, Stamp> seen = new HashMap<>();
    private volatile Map<String, String> rejections = Map.of();

    @Activate
    public DeployDirectory(BundleContext context, @Reference NodeConfig config, @Reference Installer installer)
            throws IOException {
        this.context = context;
        this.installer = installer;
        directory = config.stateDir().resolve("deploy");
        Files.createDirectories(directory);
        watch = directory.getFileSystem().newWatchService();
        directory.register(
                watch,
                StandardWatchEventKinds.ENTRY_CREATE,
                StandardWatchEventKinds.ENTRY_MODIFY,
                StandardWatchEventKinds.ENTRY_DELETE);
        thread = new Thread(this::run, "deploy");
        thread.setDaemon(true);
        thread.start();
    }

    @Deactivate
    void close() throws IOException, InterruptedException {
        watch.close();
        thread.interrupt();
        if (thread != Thread.currentThread()) {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        }
    }

    static boolean isDeployed(String location) {
        return location.startsWith(LOCATION);
    }

    static String file(String location) {
        return "deploy/" + location.substring(LOCATION.length());
    }

    /** The files that could not be used, and why, one line each. */
    List<String> rejections() {
        return rejections.entrySet().stream()
                .map(entry -> "deploy/" + entry.getKey() + ": " + entry.getValue())
                .toList();
    }

    /** A file as it was when it was last looked at. */
    private record Stamp(FileTime changed, long size) {

        static Stamp of(Path file) throws IOException {
            return new Stamp(changeTime(file), Files.size(file));
        }
    }

    private void run() {
        try {
            adopt();
            while (!Thread.currentThread().isInterrupted()) {
                scan();
                awaitQuiet();
            }
        } catch (InterruptedException | ClosedWatchServiceException e) {
            // the component goes
        } catch (IOException e) {
            LOG.error("The directory {} is no longer watched", directory, e);
        }
    }

    private void awaitQuiet() throws InterruptedException {
        WatchKey key = watch.take();
        while (key != null) {
            key.pollEvents();
            key.reset();
            key = watch.poll(QUIET_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** What an earlier life of the daemon installed, and whose file has not changed since, stays as it is. */
    private void adopt() throws IOException {
        for (Bundle bundle : deployed()) {
            Path file = directory.resolve(fileName(bundle));
            if (Files.exists(file) && changeTime(file).toMillis() <= bundle.getLastModified()) {
                seen.put(fileName(bundle), Stamp.of(file));
            }
        }
    }

    private void scan() throws IOException, InterruptedException {
        Map<String, String> kept = removeGone();
        Map<String, String> rejected = new TreeMap<>();
        boolean progress = true;
        while (progress) {
            progress = false;
            rejected.clear();
            for (Path file : jars()) {
                progress |= look(file, rejected);
            }
            // what failed may have waited for what came after it
            progress &= !rejected.isEmpty();
        }
        rejected.putAll(kept);
        rejected.forEach((file, why) -> {
            if (!why.equals(rejections.get(file))) {
                LOG.warn("deploy/{}: {}", file, why);
            }
        });
        rejections = Map.copyOf(rejected);
    }

    private boolean look(Path file, Map<String, String> rejected) throws IOException, InterruptedException {
        String name = file.getFileName().toString();
        try {
            Stamp stamp = Stamp.of(file);
            if (stamp.equals(seen.get(name))) {
                return false;
            }
            deploy(name, BundleFile.of(name, Files.readAllBytes(file)));
            seen.put(name, stamp);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (SkepException e) {
            rejected.put(name, e.line());
            return false;
        }
    }

    private void deploy(String name, BundleFile file) throws InterruptedException {
        Bundle present = context.getBundle(LOCATION + name);
        List<String> plan = present == null ? installer.planInstall(file) : installer.planUpdate(present, file);
        LOG.info("deploy/{}: {}", name, String.join("; ", plan));
        List<String> report =
                present == null ? installer.install(file, LOCATION + name) : installer.update(present, file);
        LOG.info("deploy/{}: {}", name, String.join("; ", report));
    }

    /** Takes out the bundles whose files have gone, and returns those that must stay, and why. */
    private Map<String, String> removeGone() throws InterruptedException {
        Map<String, String> kept = new TreeMap<>();
        for (Bundle bundle : deployed()) {
            String name = fileName(bundle);
            if (Files.exists(directory.resolve(name))) {
                continue;
            }
            try {
                LOG.info("deploy/{} has gone: {}", name, String.join("; ", installer.planUninstall(bundle)));
                installer.uninstall(bundle);
                seen.remove(name);
            } catch (SkepException e) {
                kept.put(name, e.line());
            }
        }
        return kept;
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    private List<Bundle> deployed() {
        return Arrays.stream(context.getBundles())
                .filter(bundle -> isDeployed(bundle.getLocation()))
                .toList();
    }

    private static String fileName(Bundle bundle) {
        return bundle.getLocation().substring(LOCATION.length());
    }

    private static FileTime changeTime(Path file) throws IOException {
        // not the modification time: a copy may keep that of its original
        return (FileTime) Files.getAttribute(file, "unix:ctime");
    }
}
