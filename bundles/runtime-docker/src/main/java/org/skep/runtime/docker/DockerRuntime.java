package org.skep.runtime.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.RegistryCredentials;
import org.skep.api.runtime.ResolvedImage;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.RuntimeInfo;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks as containers of a Docker Engine. Knows its own by their labels, and touches no others. */
@Component(service = RuntimeDriver.class, property = "skep.driver=docker")
public final class DockerRuntime implements RuntimeDriver {

    private static final Logger LOG = LoggerFactory.getLogger(DockerRuntime.class);

    /** Registries that swallow packets are given up after that long. */
    private static final Duration PULL_SILENCE = Duration.ofSeconds(90);

    private static final long IDLE_SECONDS = 5;
    private static final long CLOSE_SECONDS = 2;
    /** Who only asks what a registry has waits less. */
    private static final Duration REGISTRY_PATIENCE = Duration.ofSeconds(10);

    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final int LOOKS = 8;
    private static final int ENQUIRIES = 16;
    private static final int ENDINGS = 64;

    private final Duration patience;
    private final Duration registryPatience;
    private final Engine engine;
    private final Images images;
    private final EngineEvents events;
    private final ExecutorService looks = pool(LOOKS);

    /** Of their own: registries may be slow, and tasks must not wait for them. */
    private final ExecutorService enquiries = pool(ENQUIRIES);

    private final ExecutorService endings = pool(ENDINGS);

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    private volatile SwarmMembership membership;

    @Activate
    public DockerRuntime(@Reference NodeConfig config, @Reference DockerClient client) {
        this(client, config.dockerHost().map(EngineAddress::of).orElseGet(EngineAddress::local), Optional.empty());
    }

    DockerRuntime(DockerClient client, EngineAddress address, Optional<SwarmMembership> membership) {
        this(client, address, membership, ANSWER, REGISTRY_PATIENCE);
    }

    /**
     * @param patience with the engine, where it is only asked how it is
     * @param registryPatience with registries, where they are only asked what they have
     */
    DockerRuntime(
            DockerClient client,
            EngineAddress address,
            Optional<SwarmMembership> membership,
            Duration patience,
            Duration registryPatience) {
        this.patience = patience;
        this.registryPatience = registryPatience;
        this.membership = membership.orElse(null);
        engine = new Engine(client, address);
        images = new Images(engine, PULL_SILENCE);
        events = new EngineEvents(engine);
    }

    private static ExecutorService pool(int threads) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                    Thread thread = new Thread(work, "docker-tasks");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Lets go of everything; containers run on. */
    @Deactivate
    void close() throws InterruptedException {
        events.close();
        looks.shutdownNow();
        enquiries.shutdownNow();
        endings.shutdownNow();
        looks.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        endings.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public RuntimeInfo info() {
        engine.probe();
        return within(
                looks,
                patience,
                () -> new EngineInfo(engine.ask(client -> engine.raw().get("/info", Map.of()))).read(),
                engine::unavailable);
    }

    @Override
    public Optional<ResolvedImage> resolve(String image, String registryAuth) {
        engine.probe();
        return Optional.of(within(
                enquiries,
                registryPatience,
                () -> new Registries(engine).resolve(image, registryAuth),
                DockerRuntime::silent));
    }

    @Override
    public Optional<RegistryCredentials> verify(RegistryCredentials credentials) {
        engine.probe();
        return Optional.of(within(
                enquiries, registryPatience, () -> new Registries(engine).verify(credentials), DockerRuntime::silent));
    }

    private static SkepException silent(String why, Exception cause) {
        return SkepException.external("REGISTRY_SILENT", "the registry does not answer: " + why, "", cause);
    }

    /** An engine or registry that hangs takes connections and never answers; whoever only asks must not hang, too. */
    private static <T> T within(
            ExecutorService pool,
            Duration limit,
            Callable<T> question,
            BiFunction<String, Exception, SkepException> silent) {
        Future<T> answer = pool.submit(question);
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw silent.apply("no answer in " + limit.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException told) {
                throw told;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw silent.apply("nobody waits for its answer any more", e);
        } finally {
            answer.cancel(true);
        }
    }

    @Override
    public TaskController controller(TaskDescription task) {
        return new DockerTask(task, engine, images, events, looks, endings);
    }

    @Override
    public void retain(Set<String> taskIds) {
        SwarmMembership node = membership;
        if (node == null) {
            LOG.debug("This node is in no swarm: nothing is known to be its own");
            return;
        }
        List<Container> mine = engine.tell(client -> client.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(Labels.NODE, node.nodeId()))
                .exec());
        mine.stream()
                .filter(container -> !taskIds.contains(container.getLabels().getOrDefault(Labels.TASK, "")))
                .forEach(this::remove);
    }

    private void remove(Container container) {
        LOG.info("Removing {}, which no task of this node needs", String.join(" ", container.getNames()));
        try {
            engine.tell(client -> client.removeContainerCmd(container.getId())
                    .withForce(true)
                    .withRemoveVolumes(true)
                    .exec());
        } catch (NotFoundException gone) {
            LOG.debug("{} is gone already", container.getId());
        } catch (DockerException refused) {
            LOG.warn("Removing {}: {}", container.getId(), Failures.line(refused));
        }
    }
}
