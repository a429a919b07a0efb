package org.skep.shell.builtin;

import java.util.List;
import java.util.function.Supplier;
import org.skep.api.command.Role;
import org.skep.shell.command.CommandEntry;
import org.skep.shell.command.CommandModel;
import org.skep.shell.filter.Grep;
import org.skep.shell.filter.Head;
import org.skep.shell.filter.Sort;
import org.skep.shell.filter.Tail;
import org.skep.shell.filter.WordCount;

/** The words that the shell itself understands. */
public final class Builtins {

    private Builtins() {}

    public static List<CommandEntry> all() {
        return List.of(
                entry(Clear::new, "clear"),
                entry(Echo::new, "echo"),
                entry(Exit::new, "exit", "quit"),
                entry(Help::new, "help"),
                entry(History::new, "history"),
                entry(Source::new, "source"),
                entry(Watch::new, "watch"),
                entry(Grep::new, "grep"),
                entry(Head::new, "head"),
                entry(Sort::new, "sort"),
                entry(Tail::new, "tail"),
                entry(WordCount::new, "wc"));
    }

    private static CommandEntry entry(Supplier<Object> factory, String... names) {
        List<String> words = List.of(names);
        return new CommandEntry() {
            @Override
            public List<String> names() {
                return words;
            }

            @Override
            public Role role() {
                return Role.VIEWER;
            }

            @Override
            public Lease open() {
                return new Lease(new CommandModel(name(), factory.get(), type -> List.of()), () -> {});
            }
        };
    }
}
