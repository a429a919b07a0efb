package org.skep.shell.command;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.skep.api.SkepException;
import org.skep.api.command.Role;
import org.skep.api.command.Suggestions;

/** The commands of one moment by the words that call them. */
public final class Vocabulary {

    private static final Set<String> IGNORED = Set.of("docker", "skep", "swarmctl");

    private final Map<String, CommandEntry> byWords = new TreeMap<>();

    public Vocabulary(Collection<? extends CommandEntry> entries) {
        for (CommandEntry entry : entries) {
            entry.names().forEach(name -> byWords.put(name, entry));
        }
    }

    /** Each command once, by name. */
    public Collection<CommandEntry> visibleTo(Role role) {
        Map<String, CommandEntry> visible = new TreeMap<>();
        for (CommandEntry entry : byWords.values()) {
            if (role.includes(entry.role())) {
                visible.put(entry.name(), entry);
            }
        }
        return visible.values();
    }

    /** How many leading words people type from habit and mean nothing here. */
    public static int ignoredWords(List<String> words) {
        return words.size() > 1 && IGNORED.contains(words.get(0)) ? 1 : 0;
    }

    /** The command that the first words call; the longest match wins. */
    public Optional<Match> match(List<String> words) {
        int skipped = ignoredWords(words);
        for (int length = Math.min(words.size() - skipped, 4); length > 0; length--) {
            CommandEntry entry = byWords.get(String.join(" ", words.subList(skipped, skipped + length)));
            if (entry != null) {
                return Optional.of(new Match(entry, skipped + length));
            }
        }
        return Optional.empty();
    }

    /** The commands that start with these words, if the words are a group such as {@code service}. */
    public List<CommandEntry> group(List<String> words, Role role) {
        String prefix = String.join(" ", words.subList(ignoredWords(words), words.size())) + " ";
        return visibleTo(role).stream()
                .filter(entry -> entry.names().stream().anyMatch(name -> name.startsWith(prefix)))
                .toList();
    }

    /** The words that may follow these, for completion. */
    public Set<String> next(List<String> words, Role role) {
        List<String> leading = words.subList(ignoredWords(words), words.size());
        Set<String> next = new TreeSet<>();
        for (CommandEntry entry : visibleTo(role)) {
            // aliases are for those who know them
            List<String> own = Arrays.asList(entry.name().split(" "));
            if (own.size() > leading.size() && own.subList(0, leading.size()).equals(leading)) {
                next.add(own.get(leading.size()));
            }
        }
        return next;
    }

    public SkepException unknown(List<String> words, Role role) {
        int skipped = ignoredWords(words);
        List<String> typed = words.subList(skipped, words.size());
        boolean group = !next(typed.subList(0, 1), role).isEmpty();
        String meant = String.join(" ", typed.subList(0, Math.min(typed.size(), group ? 2 : 1)));
        List<String> known = new ArrayList<>();
        byWords.forEach((name, entry) -> {
            if (role.includes(entry.role())) {
                known.add(name);
            }
        });
        next(List.of(), role).forEach(known::add);
        String twoWords = String.join(" ", typed.subList(0, Math.min(typed.size(), 2)));
        String hint = Suggestions.nearest(twoWords, known)
                .or(() -> Suggestions.nearest(meant, known))
                .map(nearest -> "did you mean '" + nearest + "'?")
                .orElse("see 'help'");
        return SkepException.user("COMMAND_UNKNOWN", "unknown command: " + abbreviate(meant), hint);
    }

    private static String abbreviate(String text) {
        return text.length() <= 60 ? text : text.substring(0, 57) + "...";
    }

    /**
     * @param words how many words of the line called it, ignored ones included
     */
    public record Match(CommandEntry entry, int words) {}
}
