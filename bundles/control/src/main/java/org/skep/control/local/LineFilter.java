package org.skep.control.local;

import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.skep.api.SkepException;
import org.skep.api.text.Patience;
import org.skep.control.Logs;
import org.skep.protocol.LogMessage;
import org.skep.protocol.Times;

/** Which lines of log are wanted, as far as nodes cannot tell that themselves. */
final class LineFilter implements Predicate<LogMessage> {

    private final Instant until;
    private final Optional<Pattern> pattern;

    /** @throws SkepException {@code PATTERN_INVALID} */
    LineFilter(Logs.Query query) {
        until = query.until();
        pattern = query.grep().isEmpty() ? Optional.empty() : Optional.of(compiled(query.grep()));
    }

    private static Pattern compiled(String expression) {
        try {
            return Pattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw SkepException.user(
                    "PATTERN_INVALID", "'" + expression + "' is not a regular expression: " + e.getDescription(), "");
        }
    }

    /** @throws SkepException {@code PATTERN_TOO_COSTLY} if the expression does not get to an end with this line */
    @Override
    public boolean test(LogMessage line) {
        return !Times.instant(line.getTimestamp()).isAfter(until)
                && pattern.map(wanted -> found(wanted, line)).orElse(true);
    }

    private static boolean found(Pattern wanted, LogMessage line) {
        String text = line.getData().toStringUtf8();
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        try {
            return wanted.matcher(new Patience(text.substring(0, end))).find();
        } catch (Patience.Exhausted | StackOverflowError e) {
            throw SkepException.user(
                    "PATTERN_TOO_COSTLY",
                    "the expression '" + wanted.pattern() + "' takes too long",
                    "write a simpler one");
        }
    }
}
