package org.skep.api.command;

/**
 * One sub-command of the shell.
 *
 * <p>Register it as a prototype-scoped Declarative Services component whose class also carries picocli's
 * {@code @Command}, {@link CommandName} and {@link Requires}. The shell fills the picocli fields of an instance anew
 * for every line, and runs it. Only the class named last in {@link CommandName} is described; help, completion and
 * validation follow from picocli's annotations.
 *
 * <p>An instance runs one line at a time, and may run another line, of another user and in another thread, after it:
 * keep nothing of a line but in picocli's fields, which get their initial values back. The component's references are injected through its constructor.
 */
public interface ShellCommand {

    /**
     * Does the work.
     *
     * @return what to print; its exit status follows
     * @throws org.skep.api.SkepException with the one line the operator sees
     * @throws InterruptedException when the operator presses Ctrl-C or goes away
     */
    Outcome run(Session session) throws InterruptedException;
}
