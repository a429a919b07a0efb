package org.skep.shell.builtin;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.shell.line.LineInput;
import org.skep.shell.run.Shell;
import org.skep.shell.session.ShellSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code source FILE}: runs the lines of a file, and stops at the first that fails. */
@Command(name = "source", description = "Run the lines of a file; '-' is standard input")
final class Source implements Builtin {

    @Option(names = "--keep-going", description = "Run all lines, even if some fail")
    private boolean keepGoing;

    @Option(
            names = {"-e", "--echo"},
            description = "Print each line before it runs")
    private boolean echo;

    @Parameters(paramLabel = "FILE")
    private String file;

    @Override
    public int run(ShellSession session, Shell shell) throws InterruptedException {
        // the script has standard input; its commands must not eat it
        ShellSession inner = file.equals("-") ? session.withoutInput() : session;
        int worst = 0;
        try (InputStream in = new BufferedInputStream(session.open(file))) {
            LineInput lines = new LineInput(in);
            int number = 0;
            int failed;
            for (String line = next(lines, 1); line != null && !session.leaving(); line = next(lines, number + 1)) {
                failed = ++number;
                StringBuilder whole = new StringBuilder(line);
                // a backslash at the end continues the line
                while (whole.length() > 0 && whole.charAt(whole.length() - 1) == '\\') {
                    String more = next(lines, ++number);
                    if (more == null) {
                        break;
                    }
                    whole.append('\n').append(more);
                }
                int status = one(whole.toString(), inner, shell);
                if (status != 0) {
                    worst = Math.max(worst, status);
                    report(session, failed, status);
                    if (!keepGoing) {
                        return status;
                    }
                }
            }
        } catch (InterruptedIOException e) {
            throw new InterruptedException();
        } catch (IOException e) {
            throw SkepException.user("FILE_UNREADABLE", "cannot read " + file + ": " + IoReasons.of(e), "");
        }
        return worst;
    }

    private int one(String line, ShellSession session, Shell shell) throws InterruptedException {
        if (echo && !line.isBlank()) {
            session.out().print("swarm> " + line + "\n");
        }
        return shell.run(line, session);
    }

    private String next(LineInput lines, int number) throws IOException {
        try {
            return lines.next();
        } catch (SkepException e) {
            throw SkepException.user(
                    e.code(),
                    (file.equals("-") ? "" : file + ", ") + "line " + number + ": " + e.getMessage(),
                    e.hint());
        }
    }

    private void report(ShellSession session, int number, int status) {
        session.out().flush();
        String name = file.equals("-") ? "" : file + ", ";
        session.err()
                .print(name + "line " + number + " failed with exit status " + status
                        + (keepGoing ? "\n" : "; stopped there\n"));
        session.err().flush();
    }
}
