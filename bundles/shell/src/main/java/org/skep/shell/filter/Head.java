package org.skep.shell.filter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ... | head}. */
@Command(name = "head", description = "Print the first lines")
public final class Head implements Filter {

    @Option(names = "-n", paramLabel = "NUM", description = "How many; with a minus, all but the last NUM")
    private int wanted = 10;

    private final Deque<String> held = new ArrayDeque<>();
    private Consumer<String> next;
    private int seen;

    @Override
    public void start(Consumer<String> target) {
        next = target;
    }

    @Override
    public boolean line(String line) {
        if (wanted < 0) {
            held.addLast(line);
            if (held.size() > -wanted) {
                next.accept(held.removeFirst());
            }
            return true;
        }
        if (seen++ < wanted) {
            next.accept(line);
        }
        return seen < wanted;
    }

    @Override
    public int end() {
        return 0;
    }
}
