package org.skep.shell.repl;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.skep.api.SkepException;
import org.skep.api.command.OptionsFirst;
import org.skep.api.command.Role;
import org.skep.shell.command.CommandEntry;
import org.skep.shell.command.CommandModel;
import org.skep.shell.command.Vocabulary;
import org.skep.shell.line.Line;
import org.skep.shell.run.Shell;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What may come next on a line, for a user of a role. */
public final class Completions {

    private static final Set<String> FILTERS = Set.of("grep", "head", "sort", "tail", "wc");

    private final Shell shell;

    public Completions(Shell shell) {
        this.shell = shell;
    }

    /** Words that could stand where the typing is, whether or not they fit its beginning. */
    public Set<String> next(Line.Typing typing, Role role) {
        if (typing.piped() && typing.before().isEmpty()) {
            return new TreeSet<>(FILTERS);
        }
        return next(typing.before(), typing.current().text(), role);
    }

    private Set<String> next(List<String> words, String current, Role role) {
        Vocabulary vocabulary = shell.vocabulary();
        Set<String> next = new TreeSet<>();
        Optional<Vocabulary.Match> match = vocabulary.match(words);
        if (match.isEmpty() || match.get().words() == words.size()) {
            next.addAll(vocabulary.next(words, role));
        }
        if (match.isEmpty() || !role.includes(match.get().entry().role())) {
            return next;
        }
        CommandEntry entry = match.get().entry();
        List<String> arguments = words.subList(match.get().words(), words.size());
        if (entry.name().equals("help")) {
            return vocabulary.next(arguments, role);
        }
        if (entry.name().equals("watch") && !current.startsWith("-")) {
            return watched(arguments, current, role);
        }
        try {
            next.addAll(shell.model(entry, model -> arguments(model, arguments, current)));
        } catch (SkepException e) {
            return next;
        }
        return next;
    }

    private Set<String> watched(List<String> arguments, String current, Role role) {
        int start = 0;
        while (start < arguments.size() && arguments.get(start).startsWith("-")) {
            start += 2;
        }
        return start > arguments.size() ? Set.of() : next(arguments.subList(start, arguments.size()), current, role);
    }

    private static Set<String> arguments(CommandModel model, List<String> arguments, String current) {
        Set<String> used = new HashSet<>();
        OptionSpec open = null;
        int positionals = 0;
        boolean optionsFirst = model.spec().userObject().getClass().isAnnotationPresent(OptionsFirst.class);
        for (String argument : arguments) {
            if (open != null) {
                open = null;
            } else if (argument.startsWith("-") && argument.length() > 1 && !(optionsFirst && positionals > 0)) {
                OptionSpec option = model.spec().findOption(name(argument));
                if (option != null) {
                    used.addAll(List.of(option.names()));
                    open = takesValue(option) && !argument.contains("=") ? option : null;
                }
            } else {
                positionals++;
            }
        }
        if (open != null) {
            return values(open);
        }
        if (optionsFirst && positionals > 0) {
            return Set.of();
        }
        if (current.startsWith("-")) {
            int equals = current.indexOf('=');
            OptionSpec option = equals > 0 ? model.spec().findOption(name(current)) : null;
            return option == null ? options(model, used) : prefixed(current.substring(0, equals + 1), values(option));
        }
        Set<String> values = parameter(model, positionals);
        return values.isEmpty() && current.isEmpty() ? options(model, used) : values;
    }

    private static String name(String argument) {
        int equals = argument.indexOf('=');
        return equals > 0 ? argument.substring(0, equals) : argument;
    }

    private static boolean takesValue(OptionSpec option) {
        return option.arity().max() > 0 && option.type() != boolean.class && option.type() != Boolean.class;
    }

    private static Set<String> options(CommandModel model, Set<String> used) {
        Set<String> names = new TreeSet<>();
        for (OptionSpec option : model.spec().options()) {
            boolean again = option.isMultiValue() || !used.contains(option.longestName());
            if (!option.hidden() && again) {
                names.add(option.longestName());
            }
        }
        return names;
    }

    private static Set<String> parameter(CommandModel model, int index) {
        for (PositionalParamSpec parameter : model.spec().positionalParameters()) {
            if (parameter.index().contains(index)) {
                return values(parameter);
            }
        }
        return Set.of();
    }

    private static Set<String> values(ArgSpec argument) {
        if (argument.completionCandidates() == null) {
            return Set.of();
        }
        List<String> values = new ArrayList<>();
        argument.completionCandidates().forEach(values::add);
        return new TreeSet<>(values);
    }

    private static Set<String> prefixed(String prefix, Set<String> values) {
        Set<String> prefixed = new TreeSet<>();
        values.forEach(value -> prefixed.add(prefix + value));
        return prefixed;
    }
}
