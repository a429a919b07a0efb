package org.skep.shell.command;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.skep.api.command.Candidates;
import org.skep.api.command.OptionsFirst;
import org.skep.api.command.Secret;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What picocli knows of one instance of a command: its options, their types, its help. */
public final class CommandModel {

    private static final String HELP = "--help";
    private static final String SHORT_HELP = "-h";

    private final String name;
    private final Object command;
    private final LiveFactory factory;
    private final CommandLine line;
    private final boolean secretive;
    private boolean explained;

    /** @param candidates live values of the classes named in {@code completionCandidates} */
    public CommandModel(String name, Object command, Function<Class<?>, List<String>> candidates) {
        this.name = name;
        this.command = command;
        this.factory = new LiveFactory(candidates);
        // variables in descriptions are for readers; to look for them in every name takes most of the time
        CommandSpec spec = describe().interpolateVariables(false);
        letBooleansBeFalse(spec);
        line = new CommandLine(spec)
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
                .setStopAtPositional(command.getClass().isAnnotationPresent(OptionsFirst.class));
        secretive = hasSecretParameters() || secretOptions().findAny().isPresent();
    }

    private CommandSpec describe() {
        CommandSpec spec = CommandSpec.forAnnotatedObject(command, factory);
        spec.name(name);
        if (!spec.optionsMap().containsKey(HELP)) {
            boolean taken = spec.optionsMap().containsKey(SHORT_HELP);
            spec.addOption((taken ? OptionSpec.builder(HELP) : OptionSpec.builder(HELP, SHORT_HELP))
                    .type(boolean.class)
                    .usageHelp(true)
                    .description("Print usage")
                    .build());
        }
        spec.usageMessage().width(100).abbreviateSynopsis(true);
        return spec;
    }

    /** Docker's flags read {@code --flag=false}, which picocli must be told. */
    private static void letBooleansBeFalse(CommandSpec spec) {
        for (OptionSpec option : List.copyOf(spec.options())) {
            boolean flag = option.type() == boolean.class || option.type() == Boolean.class;
            if (flag && option.arity().max() == 0 && !option.usageHelp() && option.group() == null) {
                spec.remove(option);
                spec.addOption(OptionSpec.builder(option)
                        .arity("0..1")
                        .hideParamSyntax(true)
                        .build());
            }
        }
    }

    public Object command() {
        return command;
    }

    public CommandLine line() {
        return line;
    }

    public CommandSpec spec() {
        return line.getCommandSpec();
    }

    public String usage() {
        // from a fresh description: "--flag[=BOOL]" is for scripts, not for readers
        explained = true;
        return new CommandLine(describe()).getUsageMessage(Ansi.OFF);
    }

    public static boolean isSecret(ArgSpec argument) {
        return argument.userObject() instanceof java.lang.reflect.AnnotatedElement element
                && element.isAnnotationPresent(Secret.class);
    }

    public Stream<String> secretOptions() {
        return spec().options().stream().filter(CommandModel::isSecret).flatMap(option -> Stream.of(option.names()));
    }

    public boolean hasSecretParameters() {
        return spec().positionalParameters().stream().anyMatch(CommandModel::isSecret);
    }

    /** Whether the instance may run another line: not once it was told of another description, nor with a secret in it. */
    boolean reusable() {
        return !explained && !secretive;
    }

    private record LiveFactory(Function<Class<?>, List<String>> candidates) implements CommandLine.IFactory {

        @Override
        @SuppressWarnings("unchecked")
        public <K> K create(Class<K> type) throws Exception {
            if (Candidates.class.isAssignableFrom(type)) {
                // picocli asks for these as Iterable<String>; they are looked up when someone iterates
                return (K) (Iterable<String>) () -> candidates.apply(type).iterator();
            }
            return CommandLine.defaultFactory().create(type);
        }
    }
}
