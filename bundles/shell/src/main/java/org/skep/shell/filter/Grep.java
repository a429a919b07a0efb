package org.skep.shell.filter;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.skep.api.SkepException;
import org.skep.api.text.Patience;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ... | grep PATTERN}. */
@Command(name = "grep", description = "Print the lines that match a regular expression")
public final class Grep implements Filter {

    @Option(names = "-i", description = "Ignore case")
    private boolean ignoreCase;

    @Option(names = "-v", description = "Print the lines that do not match")
    private boolean invert;

    @Option(names = "-E", description = "Accepted; expressions are always extended")
    private boolean extended;

    @Option(names = "-F", description = "The pattern is plain text")
    private boolean fixed;

    @Option(names = "-w", description = "Match whole words only")
    private boolean word;

    @Option(names = "-x", description = "Match whole lines only")
    private boolean whole;

    @Option(names = "-c", description = "Print only how many lines match")
    private boolean count;

    @Option(names = "-n", description = "Print line numbers")
    private boolean numbers;

    @Option(names = "-q", description = "Print nothing, only set the exit status")
    private boolean quiet;

    @Option(names = "-o", description = "Print only what matches, not its line")
    private boolean only;

    @Option(names = "-m", paramLabel = "NUM", description = "Stop after NUM matching lines")
    private int most = Integer.MAX_VALUE;

    @Option(names = "-A", paramLabel = "NUM", description = "Print NUM lines after each match")
    private int after;

    @Option(names = "-B", paramLabel = "NUM", description = "Print NUM lines before each match")
    private int before;

    @Option(names = "-C", paramLabel = "NUM", description = "Print NUM lines around each match")
    private int around;

    @Parameters(paramLabel = "PATTERN")
    private String expression;

    private final Deque<String> context = new ArrayDeque<>();
    private Consumer<String> next;
    private Pattern pattern;
    private int number;
    private int matches;
    private int owed;

    @Override
    public void start(Consumer<String> target) {
        next = target;
        after = Math.max(after, around);
        before = Math.max(before, around);
        String regex = fixed ? Pattern.quote(expression) : expression;
        if (word) {
            regex = "\\b(?:" + regex + ")\\b";
        }
        if (whole) {
            regex = "^(?:" + regex + ")$";
        }
        try {
            pattern = Pattern.compile(regex, ignoreCase ? Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE : 0);
        } catch (PatternSyntaxException e) {
            throw SkepException.user(
                    "PATTERN_INVALID", "'" + expression + "' is not a regular expression: " + e.getDescription(), "");
        }
    }

    @Override
    public boolean line(String line) {
        number++;
        if (matches(line) == invert) {
            other(line);
            return true;
        }
        matches++;
        if (!count && !quiet) {
            context.forEach(next);
            context.clear();
            print(line);
        }
        owed = after;
        return !quiet && matches < most;
    }

    private boolean matches(String line) {
        try {
            return pattern.matcher(new Patience(line)).find();
        } catch (Patience.Exhausted | StackOverflowError e) {
            throw SkepException.user(
                    "PATTERN_TOO_COSTLY", "the expression '" + expression + "' takes too long", "write a simpler one");
        }
    }

    private void other(String line) {
        if (count || quiet) {
            return;
        }
        if (owed > 0) {
            owed--;
            next.accept(numbers ? number + "-" + line : line);
        } else if (before > 0) {
            context.addLast(numbers ? number + "-" + line : line);
            if (context.size() > before) {
                context.removeFirst();
            }
        }
    }

    private void print(String line) {
        String prefix = numbers ? number + ":" : "";
        if (only && !invert) {
            pattern.matcher(line).results().forEach(match -> next.accept(prefix + match.group()));
        } else {
            next.accept(prefix + line);
        }
    }

    @Override
    public int end() {
        if (count) {
            next.accept(Integer.toString(matches));
        }
        return matches > 0 ? 0 : 1;
    }
}
