package org.skep.shell.run;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.command.ShellCommand;
import org.skep.api.file.IoReasons;
import org.skep.shell.audit.Audit;
import org.skep.shell.audit.AuditEvent;
import org.skep.shell.builtin.Builtin;
import org.skep.shell.builtin.Builtins;
import org.skep.shell.command.CommandEntry;
import org.skep.shell.command.CommandModel;
import org.skep.shell.command.Commands;
import org.skep.shell.command.Vocabulary;
import org.skep.shell.filter.Filter;
import org.skep.shell.line.Line;
import org.skep.shell.line.LineInput;
import org.skep.shell.line.Pipeline;
import org.skep.shell.line.Word;
import org.skep.shell.render.Renderer;
import org.skep.shell.session.ShellSession;
import org.skep.template.Template;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** Runs lines. The same for a prompt, a single line over SSH, and a script. */
@Component(service = Shell.class)
public final class Shell {

    /** The operation failed. */
    public static final int FAILED = 1;

    /** The line was wrong. */
    public static final int WRONG = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Shell.class);

    private final Commands commands;
    private final Audit audit;
    private final List<CommandEntry> builtins = Builtins.all();
    private final Renderer renderer = new Renderer();
    private final Map<CommandEntry, Masking.Secrets> secrets = Collections.synchronizedMap(new WeakHashMap<>());
    private volatile Known known = new Known(List.of(), new Vocabulary(builtins));

    @Activate
    public Shell(@Reference Commands commands, @Reference Audit audit) {
        this.commands = commands;
        this.audit = audit;
    }

    /**
     * Runs a line and prints what it says.
     *
     * @return the exit status: 0, {@link #FAILED} or {@link #WRONG}
     * @throws InterruptedException if the line was interrupted; what is left of it does not run
     */
    public int run(String text, ShellSession session) throws InterruptedException {
        Line line;
        try {
            line = Line.parse(text);
        } catch (SkepException e) {
            renderer.error(e, session);
            record(session, text, WRONG, e.code(), Duration.ZERO);
            return WRONG;
        }
        int status = 0;
        for (Pipeline pipeline : line.pipelines()) {
            boolean due =
                    switch (pipeline.condition()) {
                        case ALWAYS -> true;
                        case AFTER_SUCCESS -> status == 0;
                        case AFTER_FAILURE -> status != 0;
                    };
            if (due) {
                status = audited(pipeline, line.text().substring(pipeline.start(), pipeline.end()), session);
            }
            if (session.leaving()) {
                break;
            }
        }
        return status;
    }

    private int audited(Pipeline pipeline, String text, ShellSession session) throws InterruptedException {
        long start = System.nanoTime();
        Result result = new Result(FAILED, "interrupted");
        try {
            result = guarded(pipeline, session);
            return result.status();
        } finally {
            session.out().flush();
            record(session, text, result.status(), result.word(), Duration.ofNanos(System.nanoTime() - start));
        }
    }

    private void record(ShellSession session, String text, int status, String result, Duration took) {
        audit.record(
                AuditEvent.command(session.user(), session.origin(), session.key(), mask(text), status, result, took));
    }

    private Result guarded(Pipeline pipeline, ShellSession session) throws InterruptedException {
        try {
            int status = pipeline(pipeline, session);
            return new Result(status, status == 0 ? "ok" : "failed");
        } catch (WrongLine e) {
            renderer.error(e.getMessage(), session);
            return new Result(WRONG, e.code());
        } catch (ParameterException e) {
            // what is wrong with a line may show only once its flags are seen together
            WrongLine wrong = Arguments.wrong(e);
            renderer.error(wrong.getMessage(), session);
            return new Result(WRONG, wrong.code());
        } catch (SkepException e) {
            renderer.error(e, session);
            boolean wrong = Line.isWrong(e) || Template.isWrong(e);
            return new Result(wrong ? WRONG : FAILED, e.code());
        } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
            LOG.error("a command failed unexpectedly", e);
            renderer.error(
                    "something in Skep is broken: " + e.getClass().getSimpleName() + " (the daemon's log says more)",
                    session);
            return new Result(FAILED, "INTERNAL");
        }
    }

    private int pipeline(Pipeline pipeline, ShellSession session) throws InterruptedException {
        Vocabulary vocabulary = vocabulary();
        try (Opened opened = new Opened()) {
            for (List<Word> stage : pipeline.stages()) {
                opened.add(prepare(stage.stream().map(Word::text).toList(), vocabulary, session));
            }
            // "... | grep --help" is a question about grep; "service create --help | grep env" wants its answer
            // filtered
            Optional<Prepared> question = opened.stages.stream()
                    .skip(1)
                    .filter(stage -> stage.command() instanceof Usage)
                    .findFirst();
            return question.isPresent() ? execute(question.get().command(), session) : run(opened.stages, session);
        }
    }

    private int run(List<Prepared> stages, ShellSession session) throws InterruptedException {
        boolean filtersOnly = stages.get(0).command() instanceof Filter;
        List<Filter> filters = new ArrayList<>();
        for (Prepared stage : filtersOnly ? stages : stages.subList(1, stages.size())) {
            if (!(stage.command() instanceof Filter filter)) {
                throw new WrongLine(
                        "PIPE_INVALID",
                        "'" + stage.name() + "' does not read from a pipe (grep, head, sort, tail and wc do)");
            }
            filters.add(filter);
        }
        if (filters.isEmpty()) {
            return execute(stages.get(0).command(), session);
        }
        Pipe pipe;
        try {
            pipe = new Pipe(filters, text -> session.out().print(text + "\n"));
        } catch (SkepException e) {
            throw WrongLine.of(e);
        }
        if (filtersOnly) {
            return filter(pipe, session);
        }
        int first = intoPipe(stages.get(0).command(), pipe, session);
        int rest = pipe.end();
        return first != 0 ? first : rest;
    }

    private int intoPipe(Object command, Pipe pipe, ShellSession session) throws InterruptedException {
        ShellSession writer = session.printingTo(pipe.entrance());
        Thread thread = Thread.currentThread();
        int status;
        try {
            // once "head" has seen enough, a command that would go on for ever has to stop
            pipe.whenFull(thread::interrupt);
            status = execute(command, writer);
        } catch (InterruptedException e) {
            if (!pipe.full()) {
                throw e;
            }
            status = 0;
        } finally {
            pipe.whenFull(() -> {});
        }
        if (pipe.full()) {
            Thread.interrupted();
        }
        writer.out().flush();
        return status;
    }

    private static int filter(Pipe pipe, ShellSession session) throws InterruptedException {
        try {
            LineInput lines = new LineInput(session.in());
            for (String line = lines.next(); line != null && !pipe.full(); line = lines.next()) {
                pipe.line(line);
            }
            return pipe.end();
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw SkepException.external("INPUT_FAILED", "cannot read standard input: " + IoReasons.of(e), "", e);
        }
    }

    private int execute(Object command, ShellSession session) throws InterruptedException {
        if (command instanceof ShellCommand shellCommand) {
            return renderer.render(shellCommand.run(session), session);
        }
        return ((Builtin) command).run(session, this);
    }

    private Prepared prepare(List<String> words, Vocabulary vocabulary, ShellSession session) {
        Optional<Vocabulary.Match> match = vocabulary.match(words);
        if (match.isEmpty()) {
            return group(words, vocabulary, session);
        }
        CommandEntry entry = match.get().entry();
        requireRole(entry, session);
        CommandEntry.Lease lease = entry.open();
        try {
            CommandModel model = lease.model();
            List<String> arguments = words.subList(match.get().words(), words.size());
            if (lease.command() instanceof Filter) {
                arguments = Arguments.numbers(arguments);
            }
            CommandLine.ParseResult parsed = Arguments.parse(model, arguments);
            Object command = parsed.isUsageHelpRequested() ? new Usage(model.usage()) : lease.command();
            return new Prepared(entry.name(), command, lease::close);
        } catch (RuntimeException | Error e) {
            lease.close();
            throw e;
        }
    }

    private static Prepared group(List<String> words, Vocabulary vocabulary, ShellSession session) {
        List<String> names = words.stream()
                .filter(word -> !word.equals("--help") && !word.equals("-h"))
                .toList();
        if (names.isEmpty()) {
            throw WrongLine.of(vocabulary.unknown(words, session.role()));
        }
        List<CommandEntry> group = vocabulary.group(names, session.role());
        boolean plain = names.size() == words.size() || words.indexOf("--help") == names.size();
        if (group.isEmpty() || !plain) {
            throw WrongLine.of(vocabulary.unknown(words, session.role()));
        }
        return new Prepared(names.get(0), new Usage(CommandListing.of(group)), () -> {});
    }

    private static void requireRole(CommandEntry entry, ShellSession session) {
        if (!session.role().includes(entry.role())) {
            throw SkepException.user(
                    "FORBIDDEN",
                    "'" + entry.name() + "' needs the role " + ShellSession.roleName(entry.role()),
                    session.user() + " is " + ShellSession.roleName(session.role()));
        }
    }

    /** What {@code help} prints for these words. */
    public String help(List<String> words, ShellSession session) {
        Vocabulary vocabulary = vocabulary();
        if (words.isEmpty()) {
            return "Commands:\n\n" + CommandListing.of(vocabulary.visibleTo(session.role()))
                    + "\n'help COMMAND' or 'COMMAND --help' explains one."
                    + " Join commands with ; && || and pipe them into grep, head, sort, tail, wc.\n";
        }
        Optional<Vocabulary.Match> match = vocabulary.match(words);
        if (match.isPresent() && match.get().words() == words.size()) {
            requireRole(match.get().entry(), session);
            return model(match.get().entry(), CommandModel::usage);
        }
        List<CommandEntry> group = vocabulary.group(words, session.role());
        if (group.isEmpty()) {
            throw WrongLine.of(vocabulary.unknown(words, session.role()));
        }
        return CommandListing.of(group);
    }

    /** The commands of this moment, the shell's own included. */
    public Vocabulary vocabulary() {
        List<CommandEntry> entries = commands.entries();
        Known present = known;
        if (present.entries() != entries) {
            List<CommandEntry> all = new ArrayList<>(entries);
            all.addAll(builtins);
            present = new Known(entries, new Vocabulary(all));
            known = present;
        }
        return present.vocabulary();
    }

    /** Looks at a command as picocli sees it. */
    public <T> T model(CommandEntry entry, Function<CommandModel, T> look) {
        try (CommandEntry.Lease lease = entry.open()) {
            return look.apply(lease.model());
        }
    }

    /** The line without its secrets, for history and audit. */
    public String mask(String line) {
        return new Masking(vocabulary(), match -> secrets(match.entry())).mask(line);
    }

    /** To describe a command anew for each line that is masked would take as long as to run it. */
    private Optional<Masking.Secrets> secrets(CommandEntry entry) {
        Masking.Secrets declared = secrets.get(entry);
        if (declared == null) {
            try {
                declared = model(entry, Masking.Secrets::of);
            } catch (SkepException e) {
                return Optional.empty();
            }
            secrets.put(entry, declared);
        }
        return Optional.of(declared);
    }

    /** What a list of commands comes to. */
    private record Known(List<CommandEntry> entries, Vocabulary vocabulary) {}

    private record Result(int status, String word) {}

    /** A stage that is ready to run. */
    private record Prepared(String name, Object command, Release release) {}

    /** Runs in place of a command that is asked to explain itself. */
    private record Usage(String text) implements Builtin {
        @Override
        public int run(ShellSession session, Shell shell) {
            session.out().print(text);
            return 0;
        }
    }

    private interface Release {
        void close();
    }

    private static final class Opened implements AutoCloseable {

        private final List<Prepared> stages = new ArrayList<>();

        void add(Prepared stage) {
            stages.add(stage);
        }

        @Override
        public void close() {
            stages.forEach(stage -> stage.release().close());
        }
    }
}
