package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;
import org.osgi.service.condition.Condition;
import org.skep.api.SkepException;
import org.skep.api.node.Daemon;
import org.skep.api.node.DaemonInstance;
import org.skep.api.node.NodeConfig;
import org.skep.api.node.Roles;
import org.skep.control.Control;
import org.skep.control.Swarm;
import org.skep.protocol.ClusterSpec;
import org.skep.protocol.NodeSpec;

/**
 * The distribution's bundles find each other in a live framework, and survive each other's leaving and coming back. Public, for the container finds its tests by reflection.
 */
@ExtendWith(InFelix.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
public class WiringIT {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    @Test
    @Order(1)
    public void everyBundleIsActive(BundleContext context) {
        assertThat(context.getBundles())
                .filteredOn(bundle -> bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null)
                .allSatisfy(bundle ->
                        assertThat(bundle.getState()).as(bundle.toString()).isIn(Bundle.ACTIVE, Bundle.STARTING));
    }

    @Test
    @Order(2)
    public void aNodeOutsideOfASwarmHasNoRole(BundleContext context) throws Exception {
        register(context);

        Swarm swarm = service(context, Swarm.class);

        assertThat(swarm.status().state()).isEqualTo(Swarm.State.INACTIVE);
        assertThat(conditions(context)).doesNotContain(Roles.MANAGER, Roles.LEADER, Roles.WORKER);
        assertThatThrownBy(() -> service(context, Control.class).services().list())
                .isInstanceOf(SkepException.class);
    }

    @Test
    @Order(3)
    public void initOpensTheManagersRooms(BundleContext context) throws Exception {
        int port = SkepNode.freePort();
        Swarm.Addresses loopback =
                new Swarm.Addresses(Optional.of("127.0.0.1"), Optional.of("127.0.0.1:" + port), Optional.empty());

        service(context, Swarm.class)
                .init(new Swarm.Creation(
                        loopback, NodeSpec.Availability.ACTIVE, ClusterSpec.getDefaultInstance(), List.of(), 0, 0));

        assertThat(conditions(context)).contains(Roles.MANAGER, Roles.LEADER, Roles.WORKER);
        assertThat(service(context, Control.class).services().list()).isEmpty();
    }

    @Test
    @Order(4)
    public void everyBundleMayLeaveAndComeBack(BundleContext context) throws Exception {
        for (Bundle bundle : ours(context)) {
            Set<String> before = components(context);
            bundle.stop();
            bundle.start();
            await("components after a restart of " + bundle.getSymbolicName())
                    .atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(components(context)).containsAll(before));
            await("a leader after a restart of " + bundle.getSymbolicName())
                    .atMost(DEADLINE)
                    .until(() -> conditions(context).contains(Roles.LEADER));
            await("the Control API after a restart of " + bundle.getSymbolicName())
                    .atMost(DEADLINE)
                    .until(answers(
                            () -> service(context, Control.class).services().list()));
        }
    }

    @Test
    @Order(5)
    public void aStoppedBundleLeavesNoThreads(BundleContext context) throws Exception {
        List<Bundle> bundles = ours(context);
        for (int i = bundles.size() - 1; i >= 0; i--) {
            bundles.get(i).stop();
        }
        try {
            await("threads of stopped bundles end").atMost(DEADLINE).untilAsserted(() -> assertThat(
                            Thread.getAllStackTraces().keySet())
                    .filteredOn(t -> Arrays.stream(t.getStackTrace())
                            .anyMatch(frame -> frame.getClassName().startsWith("org.skep.")
                                    && !frame.getClassName().startsWith("org.skep.itests.")))
                    .extracting(Thread::getName)
                    .isEmpty());
        } finally {
            for (Bundle bundle : bundles) {
                bundle.start();
            }
        }
    }

    @Test
    @Order(6)
    public void leaveClosesTheManagersRooms(BundleContext context) throws Exception {
        await("the node takes its role again").atMost(DEADLINE).until(() -> conditions(context)
                .contains(Roles.LEADER));

        service(context, Swarm.class).leave(true);

        assertThat(conditions(context)).doesNotContain(Roles.MANAGER, Roles.LEADER, Roles.WORKER);
        assertThat(service(context, Swarm.class).status().state()).isEqualTo(Swarm.State.INACTIVE);
    }

    private static void register(BundleContext context) throws IOException {
        Path stateDir = Files.createTempDirectory("skep-wiring");
        NodeConfig config = new NodeConfig(
                "0-test",
                stateDir,
                "wiring",
                new InetSocketAddress("127.0.0.1", 0),
                NodeConfig.RuntimeChoice.PROCESS,
                Optional.empty(),
                Map.of(),
                NodeConfig.LogLevel.INFO);
        context.registerService(NodeConfig.class, config, null);
        context.registerService(DaemonInstance.class, new DaemonInstance("wiring"), null);
        context.registerService(
                Daemon.class,
                line -> {
                    throw new AssertionError(line);
                },
                null);
    }

    private static List<Bundle> ours(BundleContext context) throws BundleException {
        return Arrays.stream(context.getBundles())
                .filter(b -> b.getSymbolicName().startsWith("org.skep."))
                .filter(b -> b.getHeaders().get("Service-Component") != null)
                .toList();
    }

    private static <T> T service(BundleContext context, Class<T> type) {
        ServiceReference<T> reference = await("a service " + type.getName())
                .atMost(DEADLINE)
                .until(() -> context.getServiceReference(type), r -> r != null);
        return context.getService(reference);
    }

    private static Callable<Boolean> answers(Callable<?> call) {
        return () -> {
            try {
                call.call();
                return true;
            } catch (SkepException | NullPointerException | IllegalStateException e) {
                return false;
            }
        };
    }

    private static Set<String> conditions(BundleContext context) throws InvalidSyntaxException {
        return properties(context, Condition.class, Condition.CONDITION_ID);
    }

    /** Names of the components that offer a service now. */
    private static Set<String> components(BundleContext context) throws InvalidSyntaxException {
        return properties(context, null, "component.name");
    }

    private static Set<String> properties(BundleContext context, Class<?> type, String property)
            throws InvalidSyntaxException {
        ServiceReference<?>[] references =
                context.getAllServiceReferences(type == null ? null : type.getName(), "(" + property + "=*)");
        Set<String> values = new TreeSet<>();
        if (references != null) {
            for (ServiceReference<?> reference : references) {
                values.add(String.valueOf(reference.getProperty(property)));
            }
        }
        return values;
    }
}
