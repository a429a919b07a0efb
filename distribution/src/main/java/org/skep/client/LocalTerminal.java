package org.skep.client;

import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jline.utils.Signals;

/**
 * The operator's terminal, through {@code stty}: no library to load, and the start script puts the terminal back in
 * order even if this process is killed.
 */
final class LocalTerminal {

    private static final Size USUAL = new Size(80, 24);

    /** Columns and rows. */
    record Size(int columns, int rows) {}

    private LocalTerminal() {}

    /** The terminal, if the start script found one on standard input, output and error. */
    static Optional<LocalTerminal> ofScript() {
        return Boolean.getBoolean("skep.terminal") ? Optional.of(new LocalTerminal()) : Optional.empty();
    }

    String type() {
        String term = System.getenv("TERM");
        return term == null || term.isEmpty() ? "dumb" : term;
    }

    /** Hands every key to the daemon as it is typed; a read returns empty-handed after a tenth of a second. */
    void raw() {
        stty("raw", "-echo", "min", "0", "time", "1");
    }

    /** What is typed once the terminal is {@link #raw}. */
    InputStream keys() {
        return new Keys(new FileInputStream(FileDescriptor.in));
    }

    /**
     * Reads again and again: at its end, the JVM waits up to 0.3 s for a thread that is blocked in a read, and the
     * operator with it.
     */
    private static final class Keys extends FilterInputStream {

        Keys(InputStream in) {
            super(in);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = in.read(bytes, offset, length);
            while (count < 0) {
                count = in.read(bytes, offset, length);
            }
            return count;
        }
    }

    Size size() {
        String[] words = stty("size").split(" ");
        if (words.length != 2 || words[0].equals("0") || words[1].equals("0")) {
            return USUAL;
        }
        return new Size(Integer.parseInt(words[1]), Integer.parseInt(words[0]));
    }

    void onResize(Runnable action) {
        Signals.register("WINCH", action);
    }

    private static String stty(String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "stty";
        System.arraycopy(words, 0, command, 1, words.length);
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (BufferedReader out =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
                String line = out.readLine();
                process.waitFor();
                return line == null ? "" : line;
            }
        } catch (IOException e) {
            throw ClientException.failed("cannot run stty: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
