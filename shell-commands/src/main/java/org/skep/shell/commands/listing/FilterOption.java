package org.skep.shell.commands.listing;

import java.util.List;
import java.util.function.Predicate;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --filter KEY=VALUE} of a listing: mix it in. */
public final class FilterOption {

    @Option(
            names = {"-f", "--filter"},
            paramLabel = "KEY=VALUE",
            description = "Show only what matches; repeatable")
    private List<String> filters = List.of();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /** Whether the line filters by this key. */
    public boolean has(String key) {
        return filters.stream().anyMatch(filter -> filter.startsWith(key + "="));
    }

    /** All keys must match; of the values of one key, any. */
    public <T> Predicate<T> by(FilterKeys<T> keys) {
        try {
            return keys.matching(filters);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), e.getMessage());
        }
    }
}
