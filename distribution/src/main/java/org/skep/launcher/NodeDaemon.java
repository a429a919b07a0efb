package org.skep.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;
import org.skep.api.node.Daemon;
import org.skep.api.node.DaemonInstance;
import org.skep.api.node.NodeConfig;
import org.skep.api.runtime.NodeRuntime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One life of the daemon: from the lock on its state directory to the clean stop of its bundles. */
final class NodeDaemon implements Daemon {

    private static final Logger LOG = LoggerFactory.getLogger(NodeDaemon.class);

    /** Service managers are told ten seconds; what is left is for the log and the exit. */
    private static final Duration TIME_TO_STOP = Duration.ofSeconds(9);

    private static final Duration TIME_TO_LISTEN = Duration.ofSeconds(60);
    private static final Duration TIME_TO_CHOOSE_RUNTIME = Duration.ofSeconds(5);

    private final NodeConfig config;
    private final Distribution distribution;
    private final PrintStream out;
    private final PrintStream err;

    NodeDaemon(NodeConfig config, Distribution distribution, PrintStream out, PrintStream err) {
        this.config = config;
        this.distribution = distribution;
        this.out = out;
        this.err = err;
    }

    /** Returns when the framework has stopped on its own; a signal ends the process from within. */
    int run() {
        StateDirectory state = StateDirectory.open(config.stateDir());
        Logging.start(state.directory("log"), config.logLevel());
        System.setOut(LogStream.into(LoggerFactory.getLogger("stdout")));
        System.setErr(LogStream.into(LoggerFactory.getLogger("stderr")));
        LOG.info(
                "skepd {} starts, process {}, {}",
                config.version(),
                ProcessHandle.current().pid(),
                config);
        try {
            Files.deleteIfExists(sshAddress());
            OsgiRuntime runtime = OsgiRuntime.prepare(
                    distribution,
                    new BundleCache(state.directory("cache").resolve("osgi")),
                    state.path().resolve("bundles"));
            runtime.register(NodeConfig.class, config);
            runtime.register(Daemon.class, this);
            runtime.register(
                    DaemonInstance.class, new DaemonInstance(UUID.randomUUID().toString()));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(runtime), "stop"));
            runtime.start();
            announce(runtime);
            runtime.awaitStop();
            return 0;
        } catch (BundleException | IOException | RuntimeException e) {
            LOG.error("The daemon cannot start", e);
            throw StartException.failed("cannot start: " + firstLine(e) + " (see " + log() + ")", e);
        } catch (InterruptedException e) {
            return 1;
        }
    }

    private void announce(OsgiRuntime runtime) throws IOException, InterruptedException {
        for (Bundle bundle : runtime.notActive()) {
            LOG.warn("Bundle {} is not active", bundle.getSymbolicName());
        }
        Optional<String> address = await(TIME_TO_LISTEN, this::listeningOn);
        if (address.isEmpty()) {
            fail("the shell does not start (see " + log() + "); not active: "
                    + runtime.notActive().stream().map(Bundle::getSymbolicName).collect(Collectors.joining(", ")));
            return;
        }
        Optional<NodeRuntime> driver =
                await(TIME_TO_CHOOSE_RUNTIME, () -> Optional.ofNullable(runtime.service(NodeRuntime.class)));
        String line = "skepd " + config.version() + " ready: ssh " + address.get() + ", runtime "
                + driver.map(NodeRuntime::name).orElse("not available yet") + ", state " + config.stateDir();
        LOG.info("{}", line);
        out.println(line);
    }

    private Optional<String> listeningOn() throws IOException {
        return Files.exists(sshAddress())
                ? Optional.of(Files.readString(sshAddress()).strip())
                : Optional.empty();
    }

    private interface Question<T> {
        Optional<T> ask() throws IOException;
    }

    private static <T> Optional<T> await(Duration limit, Question<T> question)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        Optional<T> answer = question.ask();
        while (answer.isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
            answer = question.ask();
        }
        return answer;
    }

    private Path sshAddress() {
        return config.stateDir().resolve("ssh").resolve("address");
    }

    private Path log() {
        return config.stateDir().resolve("log").resolve("skepd.log");
    }

    @Override
    public void fail(String line) {
        LOG.error("The daemon stops: {}", line);
        err.println("skepd: " + line);
        new Thread(() -> System.exit(1), "fail").start();
    }

    private void stop(OsgiRuntime runtime) {
        LOG.info("skepd stops");
        try {
            if (runtime.stop(TIME_TO_STOP.toMillis())) {
                LOG.info("skepd has stopped");
            } else {
                LOG.error("Some bundles do not stop; the process ends without them. Threads:\n{}", threads());
                Logging.stop();
                Runtime.getRuntime().halt(1);
            }
        } catch (BundleException | InterruptedException e) {
            LOG.error("The stop failed", e);
        }
        Logging.stop();
    }

    private static String threads() {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<Thread, StackTraceElement[]> thread :
                Thread.getAllStackTraces().entrySet()) {
            text.append(thread.getKey().getName()).append('\n');
            for (StackTraceElement frame : thread.getValue()) {
                text.append("    at ").append(frame).append('\n');
            }
        }
        return text.toString();
    }

    private static String firstLine(Throwable e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
