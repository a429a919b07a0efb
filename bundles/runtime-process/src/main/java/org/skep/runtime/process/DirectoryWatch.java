package org.skep.runtime.process;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that hears from the kernel when something happens in a task's directory. */
final class DirectoryWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);

    private final WatchService service;
    private final Map<WatchKey, Runnable> listeners = new ConcurrentHashMap<>();
    private final Map<Path, WatchKey> keys = new ConcurrentHashMap<>();
    private final Thread thread = new Thread(this::run, "process-watch");

    DirectoryWatch() {
        try {
            service = FileSystems.getDefault().newWatchService();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        thread.setDaemon(true);
        thread.start();
    }

    /** @param writes whether to hear of written files, too, and not only of new ones */
    void watch(Path directory, boolean writes, Runnable listener) {
        WatchEvent.Kind<?>[] kinds = writes
                ? new WatchEvent.Kind<?>[] {ENTRY_CREATE, ENTRY_MODIFY}
                : new WatchEvent.Kind<?>[] {ENTRY_CREATE};
        try {
            WatchKey key = directory.register(service, kinds);
            listeners.put(key, listener);
            keys.put(directory, key);
        } catch (IOException e) {
            // The regular look at all tasks finds it later.
            LOG.warn("cannot watch {}: {}", directory, e.toString());
        } catch (ClosedWatchServiceException e) {
            LOG.debug("closed", e);
        }
    }

    void forget(Path directory) {
        WatchKey key = keys.remove(directory);
        if (key != null) {
            listeners.remove(key);
            key.cancel();
        }
    }

    @Override
    public void close() {
        try {
            service.close();
        } catch (IOException e) {
            LOG.debug("closing", e);
        }
    }

    private void run() {
        try {
            while (true) {
                WatchKey key = service.take();
                key.pollEvents();
                key.reset();
                Runnable listener = listeners.get(key);
                if (listener != null) {
                    guarded(listener);
                }
            }
        } catch (ClosedWatchServiceException | InterruptedException e) {
            LOG.debug("the watch ends");
        }
    }

    private static void guarded(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException e) {
            LOG.error("a defect in the process runtime", e);
        }
    }
}
