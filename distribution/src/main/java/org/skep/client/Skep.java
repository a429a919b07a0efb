package org.skep.client;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.skep.launcher.StateLocation;
import org.skep.shell.line.Line;

/** {@code skep}: the client of the daemon on this host. */
public final class Skep {

    private Skep() {}

    public static void main(String[] args) {
        int status;
        try {
            status = run(Arguments.parse(args));
        } catch (ClientException e) {
            // a terminal may still be raw
            String end = LocalTerminal.ofScript().isPresent() ? "\r\n" : "\n";
            System.err.print("skep: " + e.getMessage() + end);
            status = e.exitStatus();
        }
        System.out.flush();
        // a thread may still be blocked reading standard input
        Runtime.getRuntime().halt(status);
    }

    private static int run(Arguments arguments) {
        if (arguments.help()) {
            System.out.println(Arguments.USAGE);
            return 0;
        }
        if (arguments.version()) {
            System.out.println("skep " + Skep.class.getPackage().getImplementationVersion());
            return 0;
        }
        Optional<LocalTerminal> terminal = LocalTerminal.ofScript();
        Connection connection = new Connection(stateDir(arguments));
        if (arguments.file().isPresent()) {
            return connection.run(arguments.batch(), open(arguments.file().get()), Optional.empty());
        }
        if (!arguments.words().isEmpty()) {
            String line = checked(arguments.line());
            // SSH has no word for running nothing
            return line.isEmpty() ? 0 : connection.run(line, input(terminal), terminal);
        }
        return terminal.isPresent()
                ? connection.prompt(input(terminal), terminal.get())
                : connection.run(arguments.batch(), System.in, Optional.empty());
    }

    private static InputStream input(Optional<LocalTerminal> terminal) {
        return terminal.map(LocalTerminal::keys).orElse(System.in);
    }

    private static String checked(String line) {
        if (line.length() > Line.MAX_LENGTH) {
            throw ClientException.usage(
                    "the line has " + line.length() + " characters: at most " + Line.MAX_LENGTH + " are accepted");
        }
        return line;
    }

    private static Path stateDir(Arguments arguments) {
        if (arguments.stateDir().isPresent()) {
            return arguments.stateDir().get().toAbsolutePath().normalize();
        }
        String environment = System.getenv("SKEP_STATE_DIR");
        if (environment != null && !environment.isEmpty()) {
            return Path.of(environment).toAbsolutePath().normalize();
        }
        try {
            return StateLocation.of(Path.of(System.getProperty("skep.home", ".")));
        } catch (IllegalArgumentException e) {
            throw ClientException.failed(e.getMessage(), e);
        }
    }

    private static InputStream open(String file) {
        if (file.equals("-")) {
            return System.in;
        }
        try {
            if (Files.isDirectory(Path.of(file))) {
                throw ClientException.failed(file + " is a directory", null);
            }
            return new FileInputStream(file);
        } catch (IOException e) {
            throw ClientException.failed("cannot read " + file + ": " + reason(Path.of(file)), e);
        }
    }

    private static String reason(Path file) {
        return Files.exists(file) ? "permission denied" : "no such file";
    }
}
