package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import java.lang.reflect.Proxy;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.testing.FakeHost;
import org.skep.api.testing.FakeRuntimeDriver;

class RuntimeSelectionTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    private final FakeHost engine = new FakeHost();
    private final RuntimeDriver docker = new FakeRuntimeDriver(engine);
    private final RuntimeDriver process = new FakeRuntimeDriver(new FakeHost());
    private final AtomicReference<NodeRuntime> registered = new AtomicReference<>();
    private RuntimeSelection selection;

    @AfterEach
    void close() throws InterruptedException {
        selection.close();
        assertThat(registered.get()).isNull();
    }

    @Test
    void takesDockerWhenItsEngineAnswers() {
        open(NodeConfig.RuntimeChoice.AUTO, LONG);
        add("process", process);
        add("docker", docker);
        await("docker");
        assertThat(registered.get().driver()).isSameAs(docker);
    }

    @Test
    void takesProcessesWhenTheEngineDoesNotAnswer() {
        engine.down(SkepException.external(RuntimeDriver.UNAVAILABLE, "no engine", "", null));
        open(NodeConfig.RuntimeChoice.AUTO, LONG);
        add("docker", docker);
        add("process", process);
        await("process");
        engine.up();
        selection.removeDriver(docker, Map.of("skep.driver", "docker"));
        add("docker", docker);
        assertThat(registered.get().name()).isEqualTo("process");
    }

    @Test
    void takesProcessesWhenThereIsNoDocker() {
        open(NodeConfig.RuntimeChoice.AUTO, SHORT);
        add("process", process);
        await("process");
    }

    @Test
    void takesWhatComesLate() {
        open(NodeConfig.RuntimeChoice.AUTO, SHORT);
        assertThat(registered.get()).isNull();
        add("docker", docker);
        await("docker");
    }

    @Test
    void waitsForTheDriverThatWasDemanded() {
        open(NodeConfig.RuntimeChoice.DOCKER, SHORT);
        add("process", process);
        assertThat(registered.get()).isNull();
        engine.down(SkepException.external(RuntimeDriver.UNAVAILABLE, "no engine", "", null));
        add("docker", docker);
        await("docker");
    }

    @Test
    void ignoresDockerWhenProcessesWereDemanded() {
        open(NodeConfig.RuntimeChoice.PROCESS, LONG);
        add("docker", docker);
        add("process", process);
        await("process");
    }

    @Test
    void keepsItsChoiceWhileTheDriverIsAway() {
        open(NodeConfig.RuntimeChoice.AUTO, LONG);
        add("docker", docker);
        await("docker");
        add("process", process);
        selection.removeDriver(docker, Map.of("skep.driver", "docker"));
        assertThat(registered.get()).isNull();
        RuntimeDriver updated = new FakeRuntimeDriver(engine);
        add("docker", updated);
        assertThat(registered.get().driver()).isSameAs(updated);
    }

    private void open(NodeConfig.RuntimeChoice wish, Duration patience) {
        NodeConfig config = new NodeConfig(
                "0.1.0",
                Path.of("/nowhere"),
                "host1",
                InetSocketAddress.createUnresolved("127.0.0.1", 8022),
                wish,
                Optional.empty(),
                Map.of(),
                NodeConfig.LogLevel.INFO);
        selection = new RuntimeSelection(context(), config, patience);
    }

    private void add(String name, RuntimeDriver driver) {
        selection.addDriver(driver, Map.of("skep.driver", name));
    }

    private void await(String name) {
        eventually("the runtime is " + name, () -> Optional.ofNullable(registered.get())
                .filter(runtime -> runtime.name().equals(name))
                .isPresent());
    }

    /** A framework that knows one service. */
    private BundleContext context() {
        ServiceRegistration<?> registration = proxy(ServiceRegistration.class, (method, arguments) -> {
            registered.set(null);
            return null;
        });
        return proxy(BundleContext.class, (method, arguments) -> {
            assertThat(method).isEqualTo("registerService");
            registered.set((NodeRuntime) arguments[1]);
            return registration;
        });
    }

    private interface Handler {
        Object call(String method, Object[] arguments);
    }

    private static <T> T proxy(Class<T> type, Handler handler) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) -> handler.call(method.getName(), arguments)));
    }
}
