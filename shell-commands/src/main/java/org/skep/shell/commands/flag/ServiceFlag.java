package org.skep.shell.commands.flag;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.OptionSpec;

/** One flag of {@code service create} and {@code service update}, declared once for both. */
sealed interface ServiceFlag {

    /** As on the line; the long one first. */
    List<String> names();

    /** The options that it adds to the command line. */
    List<OptionSpec> options(Verb verb, Completions completions);

    /** Carries what the line gave over into the specification. */
    void apply(Given given, Verb verb, ServiceDraft draft);

    /**
     * A single value. Giving it again replaces the one before.
     *
     * @param names the long one first
     */
    record Setting<T>(
            List<String> names,
            FlagType<T> type,
            String description,
            Set<Verb> verbs,
            Function<Completions, Iterable<String>> live,
            BiConsumer<ServiceDraft, T> edit)
            implements ServiceFlag {

        static <T> Setting<T> of(String names, FlagType<T> type, String description, BiConsumer<ServiceDraft, T> edit) {
            return new Setting<>(
                    List.of(names.split(" ")),
                    type,
                    description,
                    EnumSet.allOf(Verb.class),
                    completions -> type.candidates(),
                    edit);
        }

        Setting<T> only(Verb verb) {
            return new Setting<>(names, type, description, EnumSet.of(verb), live, edit);
        }

        /** Its values are names of what there is. */
        Setting<T> completing(Function<Completions, Iterable<String>> names) {
            return new Setting<>(this.names, type, description, verbs, names, edit);
        }

        @Override
        public List<OptionSpec> options(Verb verb, Completions completions) {
            if (!verbs.contains(verb)) {
                return List.of();
            }
            ITypeConverter<T> converter = type.parser()::apply;
            return List.of(OptionSpec.builder(names.toArray(String[]::new))
                    .type(Object.class)
                    .converters(converter)
                    .arity("1")
                    .paramLabel(type.label())
                    .completionCandidates(live.apply(completions))
                    .description(description)
                    .build());
        }

        @Override
        public void apply(Given given, Verb verb, ServiceDraft draft) {
            if (verbs.contains(verb)) {
                given.<T>value(names.get(0)).ifPresent(value -> edit.accept(draft, value));
            }
        }
    }

    /** On, off, or left as it is; the shell lets every switch be switched off by {@code --flag=false}. */
    record Switch(List<String> names, String description, Set<Verb> verbs, BiConsumer<ServiceDraft, Boolean> edit)
            implements ServiceFlag {

        static Switch of(String names, String description, BiConsumer<ServiceDraft, Boolean> edit) {
            return new Switch(List.of(names.split(" ")), description, EnumSet.allOf(Verb.class), edit);
        }

        Switch only(Verb verb) {
            return new Switch(names, description, EnumSet.of(verb), edit);
        }

        @Override
        public List<OptionSpec> options(Verb verb, Completions completions) {
            if (!verbs.contains(verb)) {
                return List.of();
            }
            return List.of(OptionSpec.builder(names.toArray(String[]::new))
                    .type(Boolean.class)
                    .arity("0")
                    .description(description)
                    .build());
        }

        @Override
        public void apply(Given given, Verb verb, ServiceDraft draft) {
            given.<Boolean>value(names.get(0)).ifPresent(value -> edit.accept(draft, value));
        }
    }

    /**
     * A set: {@code --name} when creating, {@code --name-add} and {@code --name-rm} when updating. Removals come first,
     * so that one line can replace an element.
     *
     * @param names of create; the long one without its dashes first
     * @param keys what {@code -rm} takes
     */
    record Collection<T, K>(
            List<String> names,
            FlagType<T> type,
            FlagType<K> keys,
            String description,
            Function<Completions, Iterable<String>> live,
            BiConsumer<ServiceDraft, List<T>> add,
            BiConsumer<ServiceDraft, List<K>> remove)
            implements ServiceFlag {

        static <T, K> Collection<T, K> of(
                String names,
                FlagType<T> type,
                FlagType<K> keys,
                String description,
                BiConsumer<ServiceDraft, List<T>> add,
                BiConsumer<ServiceDraft, List<K>> remove) {
            return new Collection<>(
                    List.of(names.split(" ")), type, keys, description, completions -> type.candidates(), add, remove);
        }

        /** The elements are names of what there is. */
        Collection<T, K> completing(Function<Completions, Iterable<String>> names) {
            return new Collection<>(this.names, type, keys, description, names, add, remove);
        }

        @Override
        public List<OptionSpec> options(Verb verb, Completions completions) {
            Iterable<String> candidates = live.apply(completions);
            if (verb == Verb.CREATE) {
                return List.of(
                        many(names, type, candidates).description(description).build());
            }
            String name = names.get(0);
            return List.of(
                    many(List.of(name + "-add"), type, candidates)
                            .description("Add: " + description)
                            .build(),
                    many(List.of(name + "-rm"), keys, candidates)
                            .description("Remove: " + description)
                            .build());
        }

        @Override
        public void apply(Given given, Verb verb, ServiceDraft draft) {
            String name = names.get(0);
            if (verb == Verb.UPDATE) {
                List<K> removed = given.values(name + "-rm");
                if (!removed.isEmpty()) {
                    remove.accept(draft, removed);
                }
            }
            List<T> added = given.values(verb == Verb.CREATE ? name : name + "-add");
            if (!added.isEmpty()) {
                add.accept(draft, added);
            }
        }
    }

    /** Repeatable, with the same name in both commands. */
    record Repeated<T>(
            List<String> names,
            FlagType<T> type,
            String description,
            Set<Verb> verbs,
            BiConsumer<ServiceDraft, List<T>> add)
            implements ServiceFlag {

        static <T> Repeated<T> of(
                String name, FlagType<T> type, String description, BiConsumer<ServiceDraft, List<T>> add) {
            return new Repeated<>(List.of(name), type, description, EnumSet.allOf(Verb.class), add);
        }

        Repeated<T> only(Verb verb) {
            return new Repeated<>(names, type, description, EnumSet.of(verb), add);
        }

        @Override
        public List<OptionSpec> options(Verb verb, Completions completions) {
            return verbs.contains(verb)
                    ? List.of(many(names, type, type.candidates())
                            .description(description)
                            .build())
                    : List.of();
        }

        @Override
        public void apply(Given given, Verb verb, ServiceDraft draft) {
            List<T> values = given.values(names.get(0));
            if (!values.isEmpty()) {
                add.accept(draft, values);
            }
        }
    }

    /**
     * A flag of docker that Skep brings later: known, so that it is refused by name rather than taken for a typing error.
     *
     * @param takesValue false for those that are on or off
     */
    record Later(List<String> names, boolean takesValue, Set<Verb> verbs) implements ServiceFlag {

        static Later both(String names) {
            return new Later(List.of(names.split(" ")), true, EnumSet.allOf(Verb.class));
        }

        static Later switched(String names) {
            return new Later(List.of(names.split(" ")), false, EnumSet.allOf(Verb.class));
        }

        static Later create(String names) {
            return new Later(List.of(names.split(" ")), true, EnumSet.of(Verb.CREATE));
        }

        static Later update(String names) {
            return new Later(List.of(names.split(" ")), true, EnumSet.of(Verb.UPDATE));
        }

        @Override
        public List<OptionSpec> options(Verb verb, Completions completions) {
            List<OptionSpec> options = new ArrayList<>();
            if (verbs.contains(verb)) {
                options.add(LaterFlags.option(names, takesValue));
            }
            return options;
        }

        @Override
        public void apply(Given given, Verb verb, ServiceDraft draft) {
            if (verbs.contains(verb) && given.has(names.get(0))) {
                throw given.wrong(LaterFlags.refusal(names.get(0)));
            }
        }
    }

    private static <T> OptionSpec.Builder many(List<String> names, FlagType<T> type, Iterable<String> candidates) {
        // picocli would take the elements of a list for values of their own
        ITypeConverter<Given.Element<T>> converter =
                text -> new Given.Element<>(type.parser().apply(text));
        return OptionSpec.builder(names.toArray(String[]::new))
                .type(List.class)
                .auxiliaryTypes(Object.class)
                .converters(converter)
                .arity("1")
                .paramLabel(type.label())
                .completionCandidates(candidates);
    }
}
