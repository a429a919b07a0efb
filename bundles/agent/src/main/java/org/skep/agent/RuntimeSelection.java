package org.skep.agent;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the runtime of this node, once: tasks must not change hands because an engine was slow one morning. The
 * choice stands for as long as the daemon runs; the {@link NodeRuntime} service comes and goes with its driver.
 */
@Component(
        immediate = true,
        service = {})
public final class RuntimeSelection {

    private static final Logger LOG = LoggerFactory.getLogger(RuntimeSelection.class);
    private static final String DOCKER = "docker";
    private static final String PROCESS = "process";
    private static final long CLOSE_SECONDS = 2;

    /** Drivers come up one after the other; after this time one that is missing is missing. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final BundleContext context;
    private final NodeConfig.RuntimeChoice wish;
    private final ScheduledExecutorService decider = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "runtime-selection");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, RuntimeDriver> drivers = new HashMap<>();
    private Optional<String> choice = Optional.empty();
    private boolean patient = true;
    private boolean closed;
    private ServiceRegistration<NodeRuntime> registration;
    private RuntimeDriver registered;

    @Activate
    public RuntimeSelection(BundleContext context, @Reference NodeConfig config) {
        this(context, config, PATIENCE);
    }

    RuntimeSelection(BundleContext context, NodeConfig config, Duration patience) {
        this.context = context;
        this.wish = config.runtime();
        decider.schedule(this::patienceIsOver, patience.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            target = "(skep.driver=*)")
    synchronized void addDriver(RuntimeDriver driver, Map<String, Object> properties) {
        drivers.put(name(properties), driver);
        publish();
        if (choice.isEmpty() && !closed) {
            decider.execute(this::decide);
        }
    }

    synchronized void removeDriver(RuntimeDriver driver, Map<String, Object> properties) {
        drivers.remove(name(properties), driver);
        publish();
    }

    @Deactivate
    void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
            publish();
        }
        decider.shutdownNow();
        decider.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    private static String name(Map<String, Object> properties) {
        return String.valueOf(properties.get("skep.driver"));
    }

    private void patienceIsOver() {
        synchronized (this) {
            patient = false;
        }
        decide();
    }

    /** Runs on the decider alone, because asking an engine takes time. */
    private void decide() {
        Optional<RuntimeDriver> docker = driver(DOCKER);
        switch (wish) {
            case PROCESS -> settle(PROCESS, "as configured");
            case DOCKER -> {
                settle(DOCKER, "as configured");
                docker.flatMap(RuntimeSelection::problem)
                        .ifPresent(problem -> LOG.warn("{}; tasks wait until the engine answers", problem));
            }
            case AUTO -> {
                Optional<String> problem = docker.flatMap(RuntimeSelection::problem);
                if (docker.isPresent() && problem.isEmpty()) {
                    settle(DOCKER, "the engine answers");
                } else if ((problem.isPresent() || !isPatient())
                        && driver(PROCESS).isPresent()) {
                    settle(PROCESS, problem.orElse("there is no docker driver"));
                } else if (!isPatient()) {
                    LOG.error("no runtime driver: neither docker nor process; tasks wait for one");
                }
            }
        }
    }

    private static Optional<String> problem(RuntimeDriver docker) {
        try {
            docker.info();
            return Optional.empty();
        } catch (SkepException e) {
            return Optional.of(e.getMessage());
        } catch (RuntimeException e) {
            LOG.warn("the docker driver failed", e);
            return Optional.of("the docker driver failed: " + e);
        }
    }

    private synchronized Optional<RuntimeDriver> driver(String name) {
        return Optional.ofNullable(drivers.get(name));
    }

    private synchronized boolean isPatient() {
        return patient;
    }

    private synchronized void settle(String name, String why) {
        if (choice.isEmpty()) {
            choice = Optional.of(name);
            LOG.info("tasks run as {}: {}", name.equals(DOCKER) ? "containers" : "processes", why);
        }
        if (!patient && !drivers.containsKey(name)) {
            LOG.error("no runtime driver {}: its bundle is not active; tasks wait for it", name);
        }
        publish();
    }

    /** Brings the registered service in line with the choice and the drivers present. */
    private synchronized void publish() {
        RuntimeDriver wanted = closed ? null : choice.map(drivers::get).orElse(null);
        if (wanted == registered) {
            return;
        }
        if (registration != null) {
            ServiceRegistration<NodeRuntime> old = registration;
            registration = null;
            registered = null;
            unregister(old);
        }
        if (wanted != null) {
            registered = wanted;
            registration =
                    context.registerService(NodeRuntime.class, new ChosenRuntime(choice.orElseThrow(), wanted), null);
        }
    }

    private static void unregister(ServiceRegistration<NodeRuntime> registration) {
        try {
            registration.unregister();
        } catch (IllegalStateException e) {
            LOG.debug("the framework unregistered the runtime first", e);
        }
    }

    private record ChosenRuntime(String name, RuntimeDriver driver) implements NodeRuntime {}
}
