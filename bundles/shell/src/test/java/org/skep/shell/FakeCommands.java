package org.skep.shell;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.skep.api.SkepException;
import org.skep.api.command.Candidates;
import org.skep.api.command.Column;
import org.skep.api.command.ListOptions;
import org.skep.api.command.OptionsFirst;
import org.skep.api.command.Outcome;
import org.skep.api.command.Role;
import org.skep.api.command.Secret;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.shell.command.CommandEntry;
import org.skep.shell.command.CommandModel;
import org.skep.shell.command.Commands;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands as bundles bring them, without bundles. */
public final class FakeCommands implements Commands {

    private final List<CommandEntry> entries = new CopyOnWriteArrayList<>();
    private final Map<Class<?>, List<String>> candidates = new ConcurrentHashMap<>();
    public final List<String> calls = new CopyOnWriteArrayList<>();

    public FakeCommands() {
        add(Role.VIEWER, NodeLs::new, "node ls", "node list");
        add(Role.VIEWER, NodeInspect::new, "node inspect");
        add(Role.ADMIN, () -> new NodePromote(calls), "node promote");
        add(Role.OPERATOR, () -> new ServiceCreate(calls), "service create");
        add(Role.VIEWER, () -> new ServiceLogs(calls), "service logs");
        add(Role.VIEWER, Flood::new, "flood");
        add(Role.VIEWER, SwarmJoin::new, "swarm join");
        add(Role.VIEWER, Size::new, "size");
        add(Role.VIEWER, Boom::new, "boom");
        add(Role.VIEWER, Unlock::new, "unlock");
        add(Role.VIEWER, Program::new, "program");
        add(Role.VIEWER, Top::new, "top");
        candidates.put(NodeNames.class, List.of("alpha", "beta"));
    }

    public void add(Role role, Supplier<Object> factory, String... names) {
        entries.add(new Entry(List.of(names), role, factory, this));
    }

    public void remove(String name) {
        entries.removeIf(entry -> entry.name().equals(name));
    }

    @Override
    public List<CommandEntry> entries() {
        return List.copyOf(entries);
    }

    @Override
    public List<String> candidates(Class<?> type) {
        return candidates.getOrDefault(type, List.of());
    }

    private record Entry(List<String> names, Role role, Supplier<Object> factory, Commands commands)
            implements CommandEntry {
        @Override
        public Lease open() {
            return new Lease(new CommandModel(name(), factory.get(), commands::candidates), () -> {});
        }
    }

    public static final class NodeNames extends Candidates {
        @Override
        protected List<String> values() {
            throw new AssertionError("the shell asks the service, never this instance");
        }
    }

    public record Node(String id, String name, Map<String, String> labels) {}

    public static final List<Node> NODES =
            List.of(new Node("n1", "alpha", Map.of("zone", "a", "disk", "ssd")), new Node("n2", "beta", Map.of()));

    /** A listing. */
    @Command(name = "ls", description = "List nodes")
    static final class NodeLs implements ShellCommand {
        @Mixin
        private ListOptions options;

        @Option(
                names = {"-f", "--filter"},
                description = "KEY=VALUE")
        private List<String> filters = new ArrayList<>();

        @Override
        public Outcome run(Session session) {
            return Outcome.table(
                    List.of(
                            Column.of("ID", "ID", Node::id),
                            Column.of("HOSTNAME", "Hostname", Node::name),
                            Column.of(
                                    "MANAGER STATUS",
                                    "ManagerStatus",
                                    node -> node.id().equals("n1") ? "Leader" : ""),
                            Column.hidden("LABELS", "Labels", Node::labels)),
                    NODES,
                    options);
        }
    }

    /** Objects. */
    @Command(name = "inspect", description = "Show nodes in full")
    static final class NodeInspect implements ShellCommand {
        @Option(names = {"-f", "--format"})
        private String format = "";

        @Parameters(arity = "1..*", paramLabel = "NODE", completionCandidates = NodeNames.class)
        private List<String> nodes;

        @Override
        public Outcome run(Session session) {
            return Outcome.each(
                    nodes,
                    name -> Outcome.objects(
                            NODES.stream()
                                    .filter(node -> node.name().equals(name))
                                    .findFirst()
                                    .map(node -> List.<Map<String, Object>>of(new java.util.TreeMap<>(Map.of(
                                            "ID",
                                            node.id(),
                                            "Spec",
                                            new java.util.TreeMap<>(Map.of(
                                                    "Name",
                                                    node.name(),
                                                    "Labels",
                                                    new java.util.TreeMap<>(node.labels()))),
                                            "Version",
                                            7L))))
                                    .orElseThrow(() -> SkepException.user(
                                            "NODE_UNKNOWN", "node " + name + " not found", "see 'node ls'")),
                            format));
        }
    }

    /** For admins. */
    @Command(name = "promote", description = "Promote nodes")
    static final class NodePromote implements ShellCommand {
        private final List<String> calls;

        @Parameters(arity = "1..*", paramLabel = "NODE", completionCandidates = NodeNames.class)
        private List<String> nodes;

        NodePromote(List<String> calls) {
            this.calls = calls;
        }

        @Override
        public Outcome run(Session session) {
            calls.add("promote " + nodes);
            return Outcome.done();
        }
    }

    /** Has the terminal for itself until it reads a "q", and ends with a status of its own. */
    @Command(name = "program", description = "Read keys")
    static final class Program implements ShellCommand {
        @Override
        public Outcome run(Session session) throws InterruptedException {
            session.audit("program-start", Map.of("what", "keys", "user", "nobody"));
            Session.Screen screen = session.screen().orElseThrow();
            try (Session.Keys keys =
                    screen.raw(() -> print(session, "<" + screen.width() + "x" + screen.height() + ">"))) {
                print(session, "go\n");
                for (int key = keys.in().read();
                        key >= 0 && key != 'q';
                        key = keys.in().read()) {
                    print(session, "[" + key + "]");
                }
            } catch (IOException e) {
                throw new InterruptedException();
            }
            return Outcome.exit(42);
        }

        private static void print(Session session, String text) {
            session.out().print(text);
            session.out().flush();
        }
    }

    /** Changes as long as anybody looks. */
    @Command(name = "top", description = "Look again and again")
    static final class Top implements ShellCommand {
        @Option(names = "-n")
        private int most = Integer.MAX_VALUE;

        @Override
        public Outcome run(Session session) {
            int[] count = {0};
            return Outcome.live(() -> {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                return count[0]++ < most ? Optional.of(Outcome.text("look " + count[0])) : Optional.empty();
            });
        }
    }

    public enum Mode {
        REPLICATED,
        GLOBAL;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Takes another program's words. */
    @OptionsFirst
    @Command(name = "create", description = "Create a service")
    static final class ServiceCreate implements ShellCommand {
        private final List<String> calls;

        @Option(names = "--name")
        private String name = "";

        @Option(names = "--replicas")
        private int replicas = 1;

        @Option(names = "--mode")
        private Mode mode = Mode.REPLICATED;

        @Option(names = {"-d", "--detach"})
        private boolean detach;

        @Option(names = {"-e", "--env"})
        private List<String> env = new ArrayList<>();

        @Parameters(index = "0", paramLabel = "IMAGE")
        private String image;

        @Parameters(index = "1..*", arity = "0..*", paramLabel = "ARG")
        private List<String> args = List.of();

        ServiceCreate(List<String> calls) {
            this.calls = calls;
        }

        @Override
        public Outcome run(Session session) {
            calls.add("create " + name + " " + replicas + " " + mode + " " + detach + " " + image + " " + args);
            return Outcome.text("id-of-" + image);
        }
    }

    /** Goes on for ever. */
    @Command(name = "logs", description = "Follow logs")
    static final class ServiceLogs implements ShellCommand {
        private final List<String> calls;

        ServiceLogs(List<String> calls) {
            this.calls = calls;
        }

        @Override
        public Outcome run(Session session) throws InterruptedException {
            try {
                for (int i = 1; i <= 100; i++) {
                    session.out().print("line " + i + "\n");
                    session.out().flush();
                }
                new CountDownLatch(1).await();
                return Outcome.done();
            } finally {
                calls.add("logs ended");
            }
        }
    }

    /** Flushes each of many lines, some of them errors. */
    @Command(name = "flood", description = "Print many lines")
    static final class Flood implements ShellCommand {
        @Parameters
        private int lines;

        @Option(names = "--err", paramLabel = "N", description = "Every Nth line is an error")
        private int errors = Integer.MAX_VALUE;

        @Override
        public Outcome run(Session session) {
            for (int i = 1; i <= lines; i++) {
                var stream = i % errors == 0 ? session.err() : session.out();
                stream.print("line " + i + "\n");
                stream.flush();
            }
            return Outcome.done();
        }
    }

    /** Has secrets. */
    @Command(name = "join", description = "Join")
    static final class SwarmJoin implements ShellCommand {
        @Secret
        @Option(
                names = {"-t", "--token"},
                required = true)
        private String token;

        @Secret
        @Option(names = "--pin")
        private int pin;

        @Parameters(arity = "0..1")
        private String host;

        @Override
        public Outcome run(Session session) {
            return Outcome.text("joined");
        }
    }

    /** Reads its input. */
    @Command(name = "size", description = "Count bytes")
    static final class Size implements ShellCommand {
        @Parameters(paramLabel = "FILE")
        private String file;

        @Override
        public Outcome run(Session session) {
            byte[] content = session.read(file, 8 << 20);
            session.err().print("read " + file + "\n");
            return Outcome.text(Integer.toString(content.length));
        }
    }

    /** Wants a secret. */
    @Command(name = "unlock", description = "Unlock")
    static final class Unlock implements ShellCommand {
        @Override
        public Outcome run(Session session) throws InterruptedException {
            return Outcome.text("a key of " + session.secret("Enter key: ").length());
        }
    }

    /** Is broken. */
    @Command(name = "boom", description = "Break")
    static final class Boom implements ShellCommand {
        @Override
        public Outcome run(Session session) {
            throw new IllegalStateException("bug");
        }
    }
}
