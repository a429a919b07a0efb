package org.skep.shell.commands.flag;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The flags that a line gave. */
public final class Given {

    private final CommandSpec command;

    /** One of the values of a repeatable flag. */
    record Element<T>(T value) {}

    public Given(CommandSpec command) {
        this.command = command;
    }

    public boolean has(String name) {
        return command.commandLine().getParseResult().hasMatchedOption(command.findOption(name));
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
        OptionSpec option = command.findOption(name);
        return option != null && has(name) ? Optional.of(option) : Optional.empty();
    }
}
