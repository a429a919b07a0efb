package org.skep.runtime.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.EventType;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.skep.api.SkepException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears from the engine what becomes of tasks: one stream for all of them. When the stream ends it is opened again, and
 * every task is looked at.
 */
final class EngineEvents implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EngineEvents.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);

    /** Engines answer before they listen for events; what happened in between is asked for. */
    private static final Duration OVERLAP = Duration.ofSeconds(2);

    private final Engine engine;
    private final Map<String, Set<ContainerLife>> tasks = new ConcurrentHashMap<>();
    private Thread thread;
    private boolean closed;

    EngineEvents(Engine engine) {
        this.engine = engine;
    }

    void watch(ContainerLife task) {
        tasks.compute(task.task().id(), (id, watched) -> {
            Set<ContainerLife> all = watched == null ? ConcurrentHashMap.newKeySet() : watched;
            all.add(task);
            return all;
        });
        listen();
    }

    void forget(ContainerLife task) {
        tasks.computeIfPresent(task.task().id(), (id, watched) -> {
            watched.remove(task);
            return watched.isEmpty() ? null : watched;
        });
    }

    private synchronized void listen() {
        if (thread == null && !closed) {
            thread = new Thread(this::run, "docker-events");
            thread.setDaemon(true);
            thread.start();
        }
    }

    @Override
    public void close() {
        Thread listening;
        synchronized (this) {
            closed = true;
            listening = thread;
        }
        if (listening != null) {
            listening.interrupt();
            try {
                listening.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        boolean lost = false;
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                try (Stream stream = new Stream()) {
                    engine.probe();
                    engine.client()
                            .eventsCmd()
                            .withEventTypeFilter(EventType.CONTAINER)
                            .withEventFilter("kill", "die", "destroy", "health_status")
                            .withLabelFilter(Labels.NODE)
                            .withSince(since())
                            .exec(stream);
                    if (stream.awaitOpen()) {
                        pause = FIRST_PAUSE;
                        checkUp(lost);
                        stream.awaitEnd();
                    }
                    LOG.warn("The Docker Engine closed its stream of events; asking again");
                } catch (SkepException away) {
                    LOG.debug("The Docker Engine is away", away);
                } catch (DockerException e) {
                    LOG.warn("The Docker Engine's events: {}", Failures.line(e));
                } catch (RuntimeException e) {
                    LOG.warn("The Docker Engine's events", e);
                }
                lost = true;
                TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                Duration longer = pause.multipliedBy(2);
                pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
            }
        } catch (InterruptedException e) {
            LOG.debug("No longer listening to the Docker Engine");
        }
    }

    private static String since() {
        return Long.toString(Instant.now().minus(OVERLAP).getEpochSecond());
    }

    /** Looks at all containers with one request, and closer only at those of which there is more to know. */
    private void checkUp(boolean lost) throws InterruptedException {
        if (lost) {
            LOG.info("The Docker Engine is back");
        }
        List<ContainerLife> watched = tasks.values().stream()
                .flatMap(Set::stream)
                .filter(ContainerLife::isRunning)
                .toList();
        Map<String, String> states = new HashMap<>();
        for (Container container : engine.ask(client ->
                client.listContainersCmd().withLabelFilter(List.of(Labels.NODE)).exec())) {
            states.put(container.getId(), container.getStatus());
        }
        for (ContainerLife task : watched) {
            String state = states.getOrDefault(task.container(), "");
            if (!task.isSeen() || !state.startsWith("Up ") || state.contains("(unhealthy)")) {
                task.checkUp(lost);
            } else if (state.contains("(healthy)")) {
                task.healthy();
            }
        }
    }

    private void dispatch(Event event) {
        if (event.getActor() == null || event.getActor().getAttributes() == null || event.getAction() == null) {
            return;
        }
        Map<String, String> attributes = event.getActor().getAttributes();
        String id = attributes.getOrDefault(Labels.TASK, "");
        tasks.getOrDefault(id, Set.of()).forEach(task -> {
            if (task.task().nodeId().equals(attributes.get(Labels.NODE))) {
                tell(task, event.getAction(), attributes);
            }
        });
    }

    private static void tell(ContainerLife task, String action, Map<String, String> attributes) {
        switch (action) {
            case "kill" -> task.signalled(attributes.getOrDefault("signal", ""));
            case "die" -> task.died(Integer.parseInt(attributes.getOrDefault("exitCode", "-1")));
            case "destroy" -> task.destroyed();
            case "health_status: healthy" -> task.healthy();
            case "health_status: unhealthy" -> task.unhealthy();
            default -> LOG.trace("Event {} of {}", action, task.task().name());
        }
    }

    /** One connection. */
    private final class Stream implements ResultCallback<Event> {

        private final CountDownLatch open = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);
        private volatile Closeable stream;
        private volatile boolean released;

        boolean awaitOpen() throws InterruptedException {
            open.await();
            return stream != null;
        }

        void awaitEnd() throws InterruptedException {
            end.await();
        }

        @Override
        public void onStart(Closeable started) {
            stream = started;
            open.countDown();
            if (released) {
                close();
            }
        }

        @Override
        public void onNext(Event event) {
            try {
                dispatch(event);
            } catch (RuntimeException e) {
                LOG.warn("Event {}", event, e);
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (!released) {
                LOG.debug("The Docker Engine's events", failure);
            }
            onComplete();
        }

        @Override
        public void onComplete() {
            open.countDown();
            end.countDown();
        }

        @Override
        public void close() {
            released = true;
            try {
                if (stream != null) {
                    stream.close();
                }
            } catch (IOException e) {
                LOG.debug("Closing the Docker Engine's events", e);
            }
        }
    }
}
