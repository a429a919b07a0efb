package org.skep.shell.commands.flag;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Flags of docker that Skep brings later: known, so that they are refused by name. */
public final class LaterFlags {

    private LaterFlags() {}

    /** Adds such flags to a command, hidden from help and completion. */
    public static void add(CommandSpec command, boolean takeValue, String... names) {
        for (String name : names) {
            command.addOption(option(List.of(name.split(" ")), takeValue));
        }
    }

    /** Throws if the line gave one of the flags. */
    public static void refuse(CommandSpec command, String... names) {
        ParseResult parsed = command.commandLine().getParseResult();
        for (String name : names) {
            String first = name.split(" ")[0];
            if (parsed.hasMatchedOption(command.optionsMap().get(first))) {
                throw new ParameterException(command.commandLine(), refusal(first));
            }
        }
    }

    static OptionSpec option(List<String> names, boolean takesValue) {
        OptionSpec.Builder option =
                OptionSpec.builder(names.toArray(String[]::new)).hidden(true);
        return takesValue
                ? option.type(List.class)
                        .auxiliaryTypes(String.class)
                        .arity("1")
                        .build()
                : option.type(Boolean.class).arity("0").build();
    }

    static String refusal(String name) {
        return name + " isn't supported yet";
    }
}
