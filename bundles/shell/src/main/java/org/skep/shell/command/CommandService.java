package org.skep.shell.command;

import java.util.List;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.function.Function;
import org.osgi.service.component.ComponentServiceObjects;
import org.skep.api.SkepException;
import org.skep.api.command.Role;
import org.skep.api.command.ShellCommand;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bundle's command. Its instances run one line after another: to describe one takes ten times as long as to read a line. */
final class CommandService implements CommandEntry, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(CommandService.class);

    /** As many as may be wanted at once by scripts that run side by side; what is beyond is made for a line. */
    private static final int MAX_IDLE = 16;

    private final List<String> names;
    private final Role role;
    private final ComponentServiceObjects<ShellCommand> objects;
    private final Function<Class<?>, List<String>> candidates;
    private final BlockingDeque<CommandModel> idle = new LinkedBlockingDeque<>(MAX_IDLE);
    private volatile boolean closed;

    CommandService(
            List<String> names,
            Role role,
            ComponentServiceObjects<ShellCommand> objects,
            Function<Class<?>, List<String>> candidates) {
        this.names = List.copyOf(names);
        this.role = role;
        this.objects = objects;
        this.candidates = candidates;
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public Role role() {
        return role;
    }

    @Override
    public Lease open() {
        CommandModel model = idle.pollFirst();
        CommandModel leased = model == null ? describe() : model;
        return new Lease(leased, () -> giveBack(leased));
    }

    /** The service goes: lines that still run end as they can. */
    @Override
    public void close() {
        closed = true;
        for (CommandModel model = idle.pollFirst(); model != null; model = idle.pollFirst()) {
            release(model.command());
        }
    }

    private CommandModel describe() {
        ShellCommand command = instance();
        try {
            return new CommandModel(name(), command, candidates);
        } catch (RuntimeException | Error e) {
            release(command);
            throw e;
        }
    }

    private void giveBack(CommandModel model) {
        if (!model.reusable() || !idle.offerFirst(model)) {
            release(model.command());
        }
        if (closed) {
            close();
        }
    }

    private ShellCommand instance() {
        ShellCommand command = null;
        try {
            command = objects.getService();
        } catch (IllegalStateException e) {
            LOG.debug("{} went away", name(), e);
        }
        if (command == null) {
            throw SkepException.state(
                    "COMMAND_UNAVAILABLE",
                    "the command '" + name() + "' is not available at the moment",
                    "its bundle is being changed, or something it needs is missing: see 'bundle diag'");
        }
        return command;
    }

    private void release(Object command) {
        try {
            objects.ungetService((ShellCommand) command);
        } catch (IllegalStateException | IllegalArgumentException e) {
            LOG.debug("{} went away while it ran", name(), e);
        }
    }
}
