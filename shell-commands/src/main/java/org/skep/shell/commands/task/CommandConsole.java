package org.skep.shell.commands.task;

import com.google.protobuf.ByteString;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.api.command.Session;
import org.skep.api.text.Secrecy;
import org.skep.control.Reach;
import org.skep.protocol.reach.ExecOutput;
import org.skep.protocol.reach.ExecPlace;

/**
 * Connects a command in a task with its user: with standard input, or with a terminal that is the command's alone
 * meanwhile. What was run where, and how it ended, goes to the audit log.
 */
final class CommandConsole implements Reach.Console, AutoCloseable {

    private final Session session;
    private final boolean input;
    private final boolean terminal;
    private final Map<String, Object> details = new LinkedHashMap<>();
    private Optional<CommandInput> feed = Optional.empty();
    private Optional<Session.Keys> keys = Optional.empty();
    private boolean begun;
    private Object result = "broken off";

    CommandConsole(Session session, List<String> command, boolean input, boolean terminal) {
        this.session = session;
        this.input = input;
        this.terminal = terminal;
        details.put("run", Secrecy.mask(command));
    }

    @Override
    public void begin(ExecPlace place, Reach.Input command) {
        begun = true;
        details.put("task", place.getTaskName());
        details.put("taskId", place.getTaskId());
        details.put("node", place.getHostname());
        details.put("nodeId", place.getNodeId());
        session.audit("exec-start", details);
        if (input && terminal) {
            Session.Screen screen = session.screen().orElseThrow();
            Session.Keys typed = screen.raw(() -> resized(screen));
            keys = Optional.of(typed);
            feed(new CommandInput(typed.in(), command));
            resized(screen);
        } else if (input) {
            feed(new CommandInput(session.in(), command));
        }
    }

    private synchronized void feed(CommandInput value) {
        feed = Optional.of(value);
    }

    /** The window may change before there is anyone to tell. */
    private synchronized void resized(Session.Screen screen) {
        feed.ifPresent(present -> present.resize(screen.width(), screen.height()));
    }

    @Override
    public void output(ExecOutput output) {
        if (output.hasErr()) {
            print(output.getErr(), session.err());
        } else {
            print(output.getOut(), session.out());
        }
    }

    private static void print(ByteString data, PrintStream to) {
        byte[] bytes = data.toByteArray();
        to.write(bytes, 0, bytes.length);
        to.flush();
    }

    /** @param how the exit status, or why there is none */
    void ended(Object how) {
        result = how;
    }

    /** Gives the terminal back. */
    @Override
    public void close() {
        try {
            feed.ifPresent(CommandInput::close);
            keys.ifPresent(Session.Keys::close);
        } finally {
            if (begun) {
                details.put("result", result);
                session.audit("exec-end", details);
            }
        }
    }
}
