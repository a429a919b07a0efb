package org.skep.shell.filter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.api.SkepException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ... | sort}. */
@Command(name = "sort", description = "Sort the lines")
public final class Sort implements Filter {

    private static final Pattern NUMBER = Pattern.compile("\\s*(-?\\d+(?:\\.\\d+)?)");
    private static final int MOST = 1_000_000;

    @Option(names = "-r", description = "Largest first")
    private boolean reverse;

    @Option(names = "-n", description = "Compare leading numbers")
    private boolean numeric;

    @Option(names = "-f", description = "Ignore case")
    private boolean fold;

    @Option(names = "-u", description = "Print equal lines once")
    private boolean unique;

    @Option(names = "-k", paramLabel = "NUM", description = "Compare from the NUMth word on")
    private int column = 1;

    private final List<String> lines = new ArrayList<>();
    private Consumer<String> next;

    @Override
    public void start(Consumer<String> target) {
        next = target;
    }

    @Override
    public boolean line(String line) {
        if (lines.size() == MOST) {
            throw SkepException.user("TOO_MANY_LINES", "more than " + MOST + " lines to sort", "");
        }
        lines.add(line);
        return true;
    }

    @Override
    public int end() {
        Comparator<String> order = numeric
                ? Comparator.comparing(key(Sort::number))
                : fold
                        ? Comparator.comparing(key(Function.identity()), String.CASE_INSENSITIVE_ORDER)
                        : Comparator.comparing(key(Function.identity()));
        lines.sort(reverse ? order.reversed() : order);
        String previous = null;
        for (String line : lines) {
            if (!unique || previous == null || order.compare(previous, line) != 0) {
                next.accept(line);
            }
            previous = line;
        }
        return 0;
    }

    private <T> Function<String, T> key(Function<String, T> value) {
        return line -> value.apply(from(line));
    }

    private String from(String line) {
        String rest = line;
        for (int i = 1; i < column; i++) {
            rest = rest.stripLeading().replaceFirst("^\\S+\\s*", "");
        }
        return rest;
    }

    private static BigDecimal number(String text) {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.lookingAt() ? new BigDecimal(matcher.group(1)) : BigDecimal.ZERO;
    }
}
