package org.skep.shell.commands.flag;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** The flags that a line gave. */
public final class Given {

    private final CommandSpec command;
    private final ParseResult parsed;

    /** One of the values of a repeatable flag. */
    record Element<T>(T value) {}

    public Given(CommandSpec command) {
        this.command = command;
        parsed = command.commandLine().getParseResult();
    }

    public boolean has(String name) {
        return matched(name).isPresent();
    }

    <T> Optional<T> value(String name) {
        return matched(name).map(option -> option.<T>getValue());
    }

    <T> List<T> values(String name) {
        return matched(name).map(option -> option.<List<Element<T>>>getValue()).orElse(List.of()).stream()
                .map(Element::value)
                .toList();
    }

    /** The line is wrong. */
    public ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private Optional<OptionSpec> matched(String name) {
        // picocli's findOption() tries all options, one after the other
        OptionSpec option = command.optionsMap().get(name);
        return option != null && parsed.hasMatchedOption(option) ? Optional.of(option) : Optional.empty();
    }
}
