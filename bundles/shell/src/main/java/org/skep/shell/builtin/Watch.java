package org.skep.shell.builtin;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.skep.api.SkepException;
import org.skep.api.command.OptionsFirst;
import org.skep.api.command.Session.Screen;
import org.skep.shell.line.Line;
import org.skep.shell.render.Page;
import org.skep.shell.run.Shell;
import org.skep.shell.session.ShellSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code watch COMMAND}: runs it again and again until Ctrl-C. */
@OptionsFirst
@Command(name = "watch", description = "Run a command again and again until Ctrl-C")
final class Watch implements Builtin {

    @Option(names = "-n", paramLabel = "SECONDS", description = "Seconds between runs (default 2)")
    private double interval = 2;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "NUM",
            description = "Stop after NUM runs")
    private int count = Integer.MAX_VALUE;

    @Parameters(arity = "1..*", paramLabel = "COMMAND", description = "A command, or a quoted line with pipes")
    private List<String> words;

    @Override
    public int run(ShellSession session, Shell shell) throws InterruptedException {
        if (!(interval >= 0.1 && interval <= 86_400)) {
            throw SkepException.user(
                    "INTERVAL_INVALID", "'" + interval + "' is not an interval", "between 0.1 and 86400 seconds");
        }
        String line = words.size() == 1
                ? words.get(0)
                : words.stream().map(Line::quote).collect(Collectors.joining(" "));
        int status = 0;
        for (int i = 0; i < count; i++) {
            if (i > 0) {
                Thread.sleep((long) (interval * 1000));
            }
            if (session.screen().isPresent()) {
                status = draw(line, session, shell);
            } else {
                status = shell.run(line, session);
                session.out().flush();
            }
        }
        return status;
    }

    private int draw(String line, ShellSession session, Shell shell) throws InterruptedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int status;
        try (PrintStream page = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
            status = shell.run(line, session.drawingOn(page));
        }
        Screen screen = session.screen().orElseThrow();
        String title = String.format(Locale.ROOT, "Every %.1fs: %s", interval, line);
        String time = LocalTime.now().truncatedTo(ChronoUnit.SECONDS).toString();
        String head = cut(title, screen.width() - time.length() - 1)
                + " ".repeat(Math.max(1, screen.width() - title.length() - time.length()))
                + time;
        Page.show(head + "\n\n" + bytes.toString(StandardCharsets.UTF_8), screen, session.out());
        return status;
    }

    private static String cut(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width));
    }
}
