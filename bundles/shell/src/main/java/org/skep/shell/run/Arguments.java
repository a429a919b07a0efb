package org.skep.shell.run;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.skep.api.SkepException;
import org.skep.api.command.Suggestions;
import org.skep.shell.command.CommandModel;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;

/** Reads a command's words, and says in one line what is wrong with them. */
final class Arguments {

    private static final Pattern NUMBER = Pattern.compile("-\\d+");
    private static final Pattern POSITION = Pattern.compile("positional parameter at index \\S+ \\((.+?)\\):");
    private static final String CODE = "ARGUMENTS_INVALID";

    private Arguments() {}

    /** {@code head -5} means {@code head -n 5}. */
    static List<String> numbers(List<String> arguments) {
        List<String> result = new ArrayList<>();
        for (String argument : arguments) {
            boolean value = !result.isEmpty() && result.get(result.size() - 1).matches("-[nmABCk]");
            if (NUMBER.matcher(argument).matches() && !value) {
                result.add("-n");
                result.add(argument.substring(1));
            } else {
                result.add(argument);
            }
        }
        return result;
    }

    static CommandLine.ParseResult parse(CommandModel model, List<String> arguments) {
        try {
            return model.line().parseArgs(arguments.toArray(String[]::new));
        } catch (CommandLine.UnmatchedArgumentException e) {
            throw unmatched(e, model);
        } catch (CommandLine.MissingParameterException e) {
            throw missing(e, model);
        } catch (ParameterException e) {
            throw wrong(describe(e), model);
        }
    }

    private static WrongLine unmatched(CommandLine.UnmatchedArgumentException e, CommandModel model) {
        String word = e.getUnmatched().get(0);
        if (!word.startsWith("-") || word.length() == 1) {
            return wrong("unexpected argument: " + abbreviate(word), model);
        }
        String flag = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
        List<String> known = model.spec().options().stream()
                .filter(option -> !option.hidden())
                .flatMap(option -> List.of(option.names()).stream())
                .filter(name -> name.startsWith("--"))
                .toList();
        return Suggestions.nearest(flag, known)
                .map(near -> new WrongLine(CODE, "unknown flag: " + flag + " (did you mean '" + near + "'?)"))
                .orElseGet(() -> wrong("unknown flag: " + abbreviate(flag), model));
    }

    private static WrongLine missing(CommandLine.MissingParameterException e, CommandModel model) {
        List<ArgSpec> missing = e.getMissing();
        if (missing.isEmpty()) {
            return wrong(firstLine(e.getMessage()), model);
        }
        if (missing.get(0) instanceof OptionSpec option && option.required() == false) {
            return wrong("the flag " + option.longestName() + " needs a value", model);
        }
        String names = missing.stream().map(Arguments::name).distinct().collect(Collectors.joining(", "));
        return wrong("missing: " + names, model);
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option
                ? option.longestName()
                : ((PositionalParamSpec) argument).paramLabel();
    }

    private static String describe(ParameterException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SkepException skep) {
                return skep.line();
            }
        }
        ArgSpec argument = e.getArgSpec();
        if (argument != null && argument.type().isEnum() && argument.completionCandidates() != null) {
            return "'" + abbreviate(e.getValue()) + "' is not a value of " + name(argument) + " (it takes "
                    + String.join(", ", argument.completionCandidates()) + ")";
        }
        String message = firstLine(POSITION.matcher(e.getMessage()).replaceFirst("$1:"));
        boolean secret = e.getArgSpec() != null && CommandModel.isSecret(e.getArgSpec());
        return secret && e.getValue() != null && !e.getValue().isEmpty()
                ? message.replace(e.getValue(), "***")
                : message;
    }

    static WrongLine wrong(ParameterException e) {
        return wrong(describe(e), e.getCommandLine().getCommandSpec().name());
    }

    private static WrongLine wrong(String message, CommandModel model) {
        return wrong(message, model.spec().name());
    }

    private static WrongLine wrong(String message, String command) {
        return new WrongLine(CODE, message + " (see '" + command + " --help')");
    }

    private static String firstLine(String message) {
        return abbreviate(message.lines().findFirst().orElse("the line is wrong"));
    }

    private static String abbreviate(String text) {
        return text.length() <= 300 ? text : text.substring(0, 297) + "...";
    }
}
