package org.skep.shell.filter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.skep.api.SkepException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ... | tail}. */
@Command(name = "tail", description = "Print the last lines")
public final class Tail implements Filter {

    @Option(names = "-n", paramLabel = "[+]NUM", description = "How many; with a plus, all from line NUM on")
    private String wanted = "10";

    private final Deque<String> held = new ArrayDeque<>();
    private Consumer<String> next;
    private boolean fromStart;
    private int number;
    private int seen;

    @Override
    public void start(Consumer<String> target) {
        next = target;
        fromStart = wanted.startsWith("+");
        try {
            number = Math.abs(Integer.parseInt(wanted));
        } catch (NumberFormatException e) {
            throw SkepException.user("NUMBER_INVALID", "'" + wanted + "' is not a number of lines", "");
        }
    }

    @Override
    public boolean line(String line) {
        seen++;
        if (fromStart) {
            if (seen >= number) {
                next.accept(line);
            }
            return true;
        }
        held.addLast(line);
        if (held.size() > number) {
            held.removeFirst();
        }
        return true;
    }

    @Override
    public int end() {
        held.forEach(next);
        return 0;
    }
}
