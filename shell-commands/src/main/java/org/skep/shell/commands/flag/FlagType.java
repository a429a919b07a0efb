package org.skep.shell.commands.flag;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.skep.shell.commands.value.Values;
import picocli.CommandLine.TypeConversionException;

/**
 * The values of a flag.
 *
 * @param label for the help, such as {@code DURATION}
 * @param candidates for completion
 */
record FlagType<T>(String label, Function<String, T> parser, List<String> candidates) {

    FlagType {
        candidates = List.copyOf(candidates);
    }

    static <T> FlagType<T> of(String label, Function<String, T> parser) {
        return new FlagType<>(label, parser, List.of());
    }

    /** One of a few words; the words are those of the constants, in lower case with dashes. */
    static <E extends Enum<E>> FlagType<E> oneOf(String label, Class<E> type) {
        return oneOf(label, type, Set.of());
    }

    /** One of a few words; the words are those of the constants but some, in lower case with dashes. */
    static <E extends Enum<E>> FlagType<E> oneOf(String label, Class<E> type, Set<E> without) {
        Map<String, E> words = Arrays.stream(type.getEnumConstants())
                .filter(constant -> !without.contains(constant))
                .collect(Collectors.toMap(
                        e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        Function.identity(),
                        (a, b) -> a,
                        LinkedHashMap::new));
        return new FlagType<>(
                label,
                text -> {
                    E constant = words.get(text);
                    if (constant == null) {
                        throw new TypeConversionException(
                                "'" + Values.shown(text) + "' is not one of " + String.join(", ", words.keySet()));
                    }
                    return constant;
                },
                List.copyOf(words.keySet()));
    }

    /** Offers these words for completion. */
    FlagType<T> offering(String... words) {
        return new FlagType<>(label, parser, List.of(words));
    }
}
