package org.skep.api.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.skep.api.SkepException;

/** What a command has to say. The shell renders it; commands never print results themselves. */
public sealed interface Outcome {

    /** Success, with nothing to say. */
    static Outcome done() {
        return new Text(List.of());
    }

    static Outcome text(String... lines) {
        return new Text(List.of(lines));
    }

    /** A listing that {@code --format}, {@code -q} and {@code --no-trunc} apply to. */
    static <T> Outcome table(List<Column<T>> columns, List<T> rows, ListOptions options) {
        return new Table<>(columns, rows, options);
    }

    /**
     * Objects in full: JSON by default.
     *
     * @param objects trees of maps, lists, strings, numbers and booleans, in the order to print
     * @param format empty, {@code json}, {@code yaml} or a Go template
     */
    static Outcome objects(List<Map<String, Object>> objects, String format) {
        return new Objects(objects, format);
    }

    /** Did not work, for a reason that is already printed. */
    static Outcome failed() {
        return new Failed();
    }

    /** Ends with the exit status of a program that ran in the command's place, which has said all there is to say. */
    static Outcome exit(int status) {
        return new Exit(status, Optional.empty());
    }

    /** As {@link #exit(int)}, where the program could not run. */
    static Outcome exit(int status, SkepException problem) {
        return new Exit(status, Optional.of(problem));
    }

    /** What changes: drawn anew on a terminal, printed again elsewhere, until there is no more. */
    static Outcome live(Frames frames) {
        return new Live(frames);
    }

    /** Tries all, even if some fail; the failures are joined and decide the exit status. */
    static <T> Outcome each(Iterable<T> items, Function<T, Outcome> action) {
        List<Outcome> outcomes = new ArrayList<>();
        List<SkepException> failures = new ArrayList<>();
        for (T item : items) {
            try {
                outcomes.add(action.apply(item));
            } catch (SkepException e) {
                failures.add(e);
            }
        }
        return failures.isEmpty() && outcomes.size() == 1 ? outcomes.get(0) : new Several(outcomes, failures);
    }

    /** Lines of plain text. */
    record Text(List<String> lines) implements Outcome {
        public Text {
            lines = List.copyOf(lines);
        }
    }

    /** Exit status 1, and nothing more to say. */
    record Failed() implements Outcome {}

    /** A program's exit status. */
    record Exit(int status, Optional<SkepException> problem) implements Outcome {}

    /** What changes. */
    record Live(Frames frames) implements Outcome {}

    /** Looks again and again. */
    @FunctionalInterface
    interface Frames {
        /**
         * Waits until it is time to look again.
         *
         * @return empty if there is no more to see
         * @throws InterruptedException when the operator has seen enough
         */
        Optional<Outcome> next() throws InterruptedException;
    }

    /** Rows of one kind. The first column is what {@code -q} prints. */
    record Table<T>(List<Column<T>> columns, List<T> rows, ListOptions options) implements Outcome {
        public Table {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }
    }

    /** Whole objects. */
    record Objects(List<Map<String, Object>> objects, String format) implements Outcome {
        public Objects {
            objects = List.copyOf(objects);
        }
    }

    /** The outcomes of several attempts, and the failures among them. */
    record Several(List<Outcome> outcomes, List<SkepException> failures) implements Outcome {
        public Several {
            outcomes = List.copyOf(outcomes);
            failures = List.copyOf(failures);
        }
    }
}
