package org.skep.itests.hosts;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.opentest4j.TestAbortedException;
import org.skep.itests.Commands;
import org.skep.itests.Commands.Result;
import org.skep.itests.Distribution;

/**
 * Hosts on a network of their own, for the tests of one class:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final Hosts hosts = Hosts.of(3);
 * }</pre>
 *
 * They are on when the first test begins, and nothing of Skep runs on them. However the tests end, no process, namespace
 * or mount is left. When a test has failed, what the hosts logged during it is printed, and their files stay in
 * {@code target/work}. Needs root, else the tests are skipped.
 */
public final class Hosts
        implements BeforeAllCallback,
                BeforeEachCallback,
                AfterAllCallback,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final String CGROUP = "skep-itests-";

    private final int count;
    private final boolean engines;
    private final int mebibytes;
    private final List<Host> hosts = new ArrayList<>();
    private Path home;
    private Network network;
    private Diagnosis diagnosis;
    private boolean failed;

    private Hosts(int count, boolean engines, int mebibytes) {
        this.count = count;
        this.engines = engines;
        this.mebibytes = mebibytes;
    }

    public static Hosts of(int count) {
        return new Hosts(count, false, 0);
    }

    /** Each with a Docker Engine that has the tests' images. */
    public Hosts withEngines() {
        return new Hosts(count, true, mebibytes);
    }

    /** Each with a disk of its own for its state. */
    public Hosts withDisks(int mebibytes) {
        return new Hosts(count, engines, mebibytes);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        boolean root = "root".equals(System.getProperty("user.name"));
        assumeTrue(root, "skipped: needs root to make hosts out of namespaces");
        assumeTrue(!engines || Engine.installed(), "skipped: needs docker, dockerd, iptables and a static busybox");
        start(context.getRequiredTestClass().getSimpleName());
        diagnosis = Diagnosis.from(hosts);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        diagnosis = Diagnosis.from(hosts);
    }

    /** Makes the hosts, for a program that is no test. */
    public void start(String name) {
        removeLeftovers();
        home = Distribution.workDirectory(name);
        network = new Network(home);
        String cgroup = CGROUP + ProcessHandle.current().pid();
        for (int n = 1; n <= count; n++) {
            Path place = home.resolve("host" + n);
            Optional<Disk> disk =
                    mebibytes > 0 ? Optional.of(Disk.format(place.resolve("disk"), mebibytes)) : Optional.empty();
            hosts.add(new Host(n, place, network, disk, cgroup).powerOn());
        }
        if (engines) {
            hosts.forEach(h -> h.engine().launch());
            hosts.forEach(h -> h.engine().awaitAnswer());
            Engine.loadImages(hosts);
        }
    }

    /** Control groups are all that outlives a test that was killed. */
    private static void removeLeftovers() {
        Path groups = Path.of("/sys/fs/cgroup");
        try (Stream<Path> hierarchies = Stream.concat(Stream.of(groups), Files.list(groups))) {
            hierarchies
                    .map(Path::toFile)
                    .flatMap(h -> Stream.ofNullable(h.list()).flatMap(Stream::of))
                    .filter(name -> name.matches(CGROUP + "\\d+"))
                    .filter(name -> ProcessHandle.of(Long.parseLong(name.substring(CGROUP.length())))
                            .isEmpty())
                    .distinct()
                    .forEach(Engine::removeCgroups);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable cause) throws Throwable {
        throw explained(context, cause);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable cause) throws Throwable {
        throw explained(context, cause);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable cause) throws Throwable {
        throw explained(context, cause);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable cause) throws Throwable {
        throw explained(context, cause);
    }

    /** Here, and not when the test is over, the hosts are still as the failure found them. */
    private Throwable explained(ExtensionContext context, Throwable cause) {
        if (!(cause instanceof TestAbortedException)) {
            failed = true;
            String text = "%s failed: %s%n%sThe hosts are kept in %s%n"
                    .formatted(context.getDisplayName(), cause.getMessage(), diagnosis.text(), home);
            System.out.print(text);
            write(text);
        }
        return cause;
    }

    private void write(String text) {
        try {
            Files.writeString(home.resolve("diagnosis.txt"), text, CREATE, APPEND);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (network != null) {
            close(failed || context.getExecutionException().isPresent());
        }
    }

    public void close(boolean keepFiles) {
        hosts.forEach(Host::close);
        Engine.removeCgroups(CGROUP + ProcessHandle.current().pid());
        network.close();
        if (!keepFiles) {
            Commands.run(List.of("rm", "-rf", "--one-file-system", home.toString()));
        }
    }

    /** @param number from 1 */
    public Host get(int number) {
        return hosts.get(number - 1);
    }

    public List<Host> all() {
        return List.copyOf(hosts);
    }

    /** Nothing passes any more between one group of hosts and all others, in either direction. */
    public void partition(List<Host> group) {
        for (Host inside : group) {
            for (Host outside : hosts) {
                if (!group.contains(outside) && inside.isOn() && outside.isOn()) {
                    inside.dropTo(outside);
                    outside.dropTo(inside);
                }
            }
        }
    }

    /** Undoes every partition and every {@link Host#dropTo}. */
    public void heal() {
        hosts.stream().filter(Host::isOn).forEach(Host::dropNothing);
    }

    /** Runs a command on a computer of the network that is none of the hosts. */
    public Result bystander(byte[] input, String... command) {
        return network.run(input, command);
    }
}
