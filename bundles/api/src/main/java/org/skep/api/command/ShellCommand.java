package org.skep.api.command;

/**
 * One sub-command of the shell.
 *
 * <p>Register it as a prototype-scoped Declarative Services component whose class also carries picocli's
 * {@code @Command}, {@link CommandName} and {@link Requires}. The shell makes a new instance for every line, fills its
 * picocli fields, and runs it. Only the class named last in {@link CommandName} is described; help, completion and
 * validation follow from picocli's annotations.
 *
 * <p>Instances are used by one thread. The component's references are injected through its constructor.
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
