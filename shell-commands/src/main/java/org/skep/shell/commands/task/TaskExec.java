package org.skep.shell.commands.task;

import java.util.ArrayList;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.CommandName;
import org.skep.api.command.OptionsFirst;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.control.Control;
import org.skep.control.Reach;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.reach.WindowSize;
import org.skep.shell.commands.completion.RunningTasks;
import org.skep.shell.commands.service.Asking;
import org.skep.shell.commands.value.EnvFile;
import org.skep.shell.commands.value.EnvVar;
import org.skep.shell.commands.value.UserName;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code task exec}: runs a command inside a task, on whatever node that is, and ends with its exit status. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("task exec")
@Requires(Role.OPERATOR)
@OptionsFirst
@Command(name = "exec", description = "Execute a command in a running task")
public final class TaskExec implements ShellCommand {

    /** As shells have it. */
    private static final int NOT_EXECUTABLE = 126;

    private static final int NOT_FOUND = 127;

    @Option(
            names = {"-i", "--interactive"},
            description = "Send standard input to the command")
    private boolean interactive;

    @Option(
            names = {"-t", "--tty"},
            description = "Run the command at a terminal; with -i, it has yours until it ends")
    private boolean tty;

    @Option(
            names = {"-e", "--env"},
            paramLabel = "KEY=VALUE",
            description = "Set environment variables",
            converter = EnvConverter.class)
    private List<EnvVar> env = new ArrayList<>();

    @Option(names = "--env-file", paramLabel = "FILE", description = "Read in a file of environment variables")
    private List<String> envFiles = new ArrayList<>();

    @Option(
            names = {"-u", "--user"},
            paramLabel = "USER",
            description = "User or UID, with :GROUP or :GID if need be (default: the task's)",
            converter = UserConverter.class)
    private String user = "";

    @Option(
            names = {"-w", "--workdir"},
            paramLabel = "DIR",
            description = "Working directory inside the task (default: the task's)")
    private String workdir = "";

    @Parameters(
            index = "0",
            paramLabel = "TASK",
            description = "Task by ID, or by name: SERVICE.SLOT is the one that runs there",
            completionCandidates = RunningTasks.class)
    private String task;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "The command and its arguments")
    private List<String> command;

    private final Control control;

    @Activate
    public TaskExec(@Reference Control control) {
        this.control = control;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        ExecStart.Builder start = ExecStart.newBuilder()
                .setTaskId(task)
                .addAllCommand(command)
                .addAllEnv(environment(session))
                .setUser(user)
                .setWorkdir(workdir)
                .setInput(interactive)
                .setTerminal(tty);
        if (tty) {
            Session.Screen screen = session.screen()
                    .orElseThrow(() -> SkepException.user(
                            "NO_TERMINAL", "the input device is not a TTY", "leave out -t, or use \"ssh -t\""));
            start.setSize(WindowSize.newBuilder().setWidth(screen.width()).setHeight(screen.height()));
        } else if (interactive && session.screen().isPresent()) {
            throw SkepException.user("NO_TERMINAL", "-i alone reads no terminal", "add -t, or send the input into it");
        }
        return run(start.build(), session);
    }

    private List<String> environment(Session session) {
        List<String> variables = new ArrayList<>();
        for (String file : envFiles) {
            variables.addAll(EnvFile.parse(file, session.read(file, EnvFile.LARGEST), session::environment));
        }
        env.forEach(variable -> variables.add(variable.resolve(session::environment)));
        return variables;
    }

    private Outcome run(ExecStart start, Session session) throws InterruptedException {
        try (CommandConsole console = new CommandConsole(session, command, interactive, tty)) {
            try {
                int status = control.reach().exec(start, Asking.by(session), console);
                console.ended(status);
                return Outcome.exit(status);
            } catch (SkepException e) {
                console.ended(e.code());
                return switch (e.code()) {
                    case Reach.COMMAND_NOT_FOUND -> Outcome.exit(NOT_FOUND, e);
                    case Reach.COMMAND_NOT_EXECUTABLE -> Outcome.exit(NOT_EXECUTABLE, e);
                    default -> throw e;
                };
            }
        }
    }

    /** Variables for picocli. */
    static final class EnvConverter implements ITypeConverter<EnvVar> {
        @Override
        public EnvVar convert(String text) {
            return EnvVar.parse(text);
        }
    }

    /** Users for picocli. */
    static final class UserConverter implements ITypeConverter<String> {
        @Override
        public String convert(String text) {
            return UserName.parse(text);
        }
    }
}
