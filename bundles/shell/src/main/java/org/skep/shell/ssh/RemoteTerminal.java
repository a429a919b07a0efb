package org.skep.shell.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.Signal;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.impl.ExternalTerminal;
import org.skep.api.command.Session;

/** The client's terminal, with the line discipline that its own kernel left to us. */
final class RemoteTerminal implements Session.Screen, AutoCloseable {

    private static final int WIDTH = 80;
    private static final int HEIGHT = 24;
    private static final int MOST = 10_000;

    private final ExternalTerminal terminal;
    private final Environment environment;
    private final boolean colour;

    private RemoteTerminal(ExternalTerminal terminal, Environment environment, boolean colour) {
        this.terminal = terminal;
        this.environment = environment;
        this.colour = colour;
    }

    /** Empty if the client asked for no terminal. */
    static Optional<RemoteTerminal> open(Environment environment, InputStream in, OutputStream out) throws IOException {
        Map<String, String> values = environment.getEnv();
        if (environment.getPtyModes().isEmpty() && !values.containsKey(Environment.ENV_COLUMNS)) {
            return Optional.empty();
        }
        String type = values.getOrDefault(Environment.ENV_TERM, "dumb");
        boolean colour = values.getOrDefault("NO_COLOR", "").isEmpty() && !type.equals("dumb");
        ExternalTerminal terminal = new ExternalTerminal("ssh", type, in, out, StandardCharsets.UTF_8);
        RemoteTerminal remote = new RemoteTerminal(terminal, environment, colour);
        remote.resize();
        environment.addSignalListener(
                (channel, signal) -> {
                    remote.resize();
                    terminal.raise(Terminal.Signal.WINCH);
                },
                Signal.WINCH);
        terminal.resume();
        return Optional.of(remote);
    }

    Terminal terminal() {
        return terminal;
    }

    private void resize() {
        terminal.setSize(new Size(number(Environment.ENV_COLUMNS, WIDTH), number(Environment.ENV_LINES, HEIGHT)));
    }

    /** A client without a window says 0. */
    private int number(String name, int otherwise) {
        try {
            int number = Integer.parseInt(environment.getEnv().getOrDefault(name, "0"));
            return number <= 0 ? otherwise : Math.min(number, MOST);
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    @Override
    public int width() {
        return terminal.getWidth();
    }

    @Override
    public int height() {
        return terminal.getHeight();
    }

    @Override
    public boolean colour() {
        return colour;
    }

    @Override
    public Session.Keys raw(Runnable resized) {
        return new RawKeys(terminal, resized);
    }

    @Override
    public void close() throws IOException {
        terminal.close();
    }
}
