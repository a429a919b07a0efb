package org.skep.itests.cluster;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.skep.itests.Commands.Result;
import org.skep.itests.hosts.Host;

/** Clients that create configs, one after the other, at managers that may fail, and remember what was acknowledged. */
final class Writers implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String prefix;
    private final Duration rest;
    private final Map<String, String> acknowledged = new ConcurrentSkipListMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile long lastAcknowledged = System.nanoTime();
    private volatile long longestSilence;
    private volatile boolean ended;

    /** One client for each host, which it stays with as long as it answers. */
    Writers(String prefix, List<Host> hosts) {
        this(prefix, hosts, Duration.ZERO);
    }

    /** @param rest between two writes of a client */
    Writers(String prefix, List<Host> hosts, Duration rest) {
        this.prefix = prefix;
        this.rest = rest;
        for (int client = 0; client < hosts.size(); client++) {
            int number = client;
            Thread thread = new Thread(() -> write(number, hosts), prefix + "-" + client);
            threads.add(thread);
            thread.start();
        }
    }

    private void write(int client, List<Host> hosts) {
        int at = client;
        for (int i = 0; !ended; i++) {
            String name = "%s-%d-%04d".formatted(prefix, client, i);
            Host host = hosts.get(at % hosts.size());
            if (host.isOn() && host.skepd().running() && !create(host, name)) {
                pause(Duration.ofMillis(20));
            }
            if (!acknowledged.containsKey(name)) {
                at++;
            }
            pause(rest);
        }
    }

    /** Returns whether it was acknowledged. */
    private boolean create(Host host, String name) {
        try {
            Result result = host.skepd().shell().run("config create " + name + " -", name, PATIENCE);
            if (result.status() == 0) {
                acknowledged.put(name, result.out().strip());
                noteSilence();
                return true;
            }
        } catch (AssertionError | RuntimeException hung) {
            // as good as refused: it may or may not have been written
        }
        return false;
    }

    private synchronized void noteSilence() {
        long now = System.nanoTime();
        longestSilence = Math.max(longestSilence, now - lastAcknowledged);
        lastAcknowledged = now;
    }

    private static void pause(Duration time) {
        try {
            TimeUnit.NANOSECONDS.sleep(time.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Names, and the IDs that were given to them. */
    Map<String, String> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    int count() {
        return acknowledged.size();
    }

    /** The longest time in which nothing at all was acknowledged. */
    Duration longestSilence() {
        return Duration.ofNanos(longestSilence);
    }

    /** Waits until something is acknowledged that was asked for after this call. */
    void awaitProgress() {
        int before = count();
        Swarm.eventually("writes go on", () -> count() > before + threads.size());
    }

    @Override
    public void close() {
        end();
    }

    /** Waits for what is under way. */
    void end() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join(PATIENCE.toMillis() * 2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
