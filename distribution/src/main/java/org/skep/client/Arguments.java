package org.skep.client;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.skep.shell.line.Line;

/**
 * The command line of {@code skep}. Its own flags come first; the first word that is none begins the line.
 *
 * @param file a batch, {@code -} for standard input
 * @param words of the line; empty for the prompt or a batch
 */
record Arguments(
        boolean help,
        boolean version,
        Optional<Path> stateDir,
        Optional<String> file,
        boolean keepGoing,
        boolean echo,
        List<String> words) {

    static final String USAGE = """
            Usage: skep [--state-dir DIR] [LINE...]
                   skep [--state-dir DIR] [-e] [--keep-going] -f FILE
                   skep [--state-dir DIR] [-e] [--keep-going] < FILE
            Talks to the skepd on this host: a prompt, one line, or a batch of lines.
                  --state-dir=DIR   The daemon's state directory
                                      (default: $SKEP_STATE_DIR, or what skepd takes by default)
              -f, --file=FILE       Run the lines of a file, '-' for standard input
              -e, --echo            Show each line of a batch before it runs
                  --keep-going      Go on after a line of a batch that fails
                  --help            Show this help and exit; 'skep help' shows the commands
                  --version         Show the client's version and exit

            A LINE of several words is passed on word by word; a single word may be a whole line:
              skep service create --name web --replicas 3 nginx
              skep 'service ls | grep web'""";

    static Arguments parse(String... args) {
        Reader reader = new Reader(args);
        boolean help = false;
        boolean version = false;
        boolean keepGoing = false;
        boolean echo = false;
        Optional<Path> stateDir = Optional.empty();
        Optional<String> file = Optional.empty();
        while (reader.atFlag()) {
            String flag = reader.flag();
            switch (flag) {
                case "--help" -> help = true;
                case "--version" -> version = true;
                case "--keep-going" -> keepGoing = true;
                case "-e", "--echo" -> echo = true;
                case "--state-dir" -> stateDir = Optional.of(Path.of(reader.value(flag)));
                case "-f", "--file" -> file = Optional.of(reader.value(flag));
                default -> throw ClientException.usage("unknown flag '" + flag + "'");
            }
        }
        List<String> words = reader.rest();
        if (file.isPresent() && !words.isEmpty()) {
            throw ClientException.usage("-f runs a file: '" + words.get(0) + "' is one word too many");
        }
        return new Arguments(help, version, stateDir, file, keepGoing, echo, words);
    }

    /** The line as the shell's language has it. */
    String line() {
        return words.size() == 1
                ? words.get(0)
                : words.stream().map(Line::quote).collect(Collectors.joining(" "));
    }

    /** What runs the batch that is sent on standard input. */
    String batch() {
        List<String> source = new ArrayList<>(List.of("source"));
        if (keepGoing) {
            source.add("--keep-going");
        }
        if (echo) {
            source.add("-e");
        }
        source.add("-");
        return String.join(" ", source);
    }

    private static final class Reader {

        private final List<String> args;
        private int next;
        private String attached;

        Reader(String... args) {
            this.args = Arrays.asList(args);
        }

        boolean atFlag() {
            if (next < args.size() && args.get(next).equals("--")) {
                next++;
                return false;
            }
            return next < args.size()
                    && args.get(next).startsWith("-")
                    && args.get(next).length() > 1;
        }

        /** The flag's name; {@code --name=value} and {@code -fvalue} leave their value for {@link #value}. */
        String flag() {
            String arg = args.get(next++);
            int equals = arg.indexOf('=');
            attached = null;
            if (arg.startsWith("--") && equals > 0) {
                attached = arg.substring(equals + 1);
                return arg.substring(0, equals);
            }
            if (arg.startsWith("-f") && arg.length() > 2) {
                attached = arg.substring(2);
                return "-f";
            }
            return arg;
        }

        String value(String flag) {
            if (attached == null && next >= args.size()) {
                throw ClientException.usage("flag '" + flag + "' needs a value");
            }
            String value = attached == null ? args.get(next++) : attached;
            if (value.isEmpty()) {
                throw ClientException.usage("flag '" + flag + "' needs a value");
            }
            return value;
        }

        List<String> rest() {
            return List.copyOf(args.subList(next, args.size()));
        }
    }
}
