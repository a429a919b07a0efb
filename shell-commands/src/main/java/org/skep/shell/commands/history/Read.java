package org.skep.shell.commands.history;

import com.google.protobuf.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Times;
import org.skep.shell.commands.value.ByteSize;
import org.skep.shell.commands.value.GoDuration;

/** Facets of the usual forms. */
final class Read {

    private Read() {}

    static Facet text(String flag, Function<ContainerSpec, String> text) {
        return new Facet.Value(flag, spec -> text.apply(container(spec)));
    }

    static Facet words(String flag, Function<ContainerSpec, List<String>> words) {
        return new Facet.Value(flag, spec -> String.join(" ", words.apply(container(spec))));
    }

    static Facet yes(String flag, Predicate<ServiceSpec> is) {
        return new Facet.Value(flag, spec -> String.valueOf(is.test(spec)));
    }

    /** Zero is as good as nothing. */
    static Facet number(String flag, Function<ServiceSpec, Number> number) {
        return new Facet.Value(flag, spec -> {
            Number value = number.apply(spec);
            return value.doubleValue() == 0 ? "" : value.toString();
        });
    }

    static Facet bytes(String flag, Function<ServiceSpec, Long> bytes) {
        return new Facet.Value(flag, spec -> bytes.apply(spec) == 0 ? "" : ByteSize.print(bytes.apply(spec)));
    }

    /** @param given whether there is a duration at all */
    static Facet duration(String flag, Predicate<ServiceSpec> given, Function<ServiceSpec, Duration> duration) {
        return new Facet.Value(
                flag, spec -> given.test(spec) ? GoDuration.print(Times.duration(duration.apply(spec))) : "");
    }

    static Facet list(String flag, Function<ServiceSpec, List<String>> items) {
        return list(flag, items, Function.identity());
    }

    static <T> Facet list(String flag, Function<ServiceSpec, List<T>> items, Function<T, String> print) {
        return new Facet.Values(flag, false, spec -> items.apply(spec).stream()
                .map(print)
                .collect(Collectors.toMap(Function.identity(), Function.identity(), (one, same) -> one)));
    }

    /** Each item is named by its key, and told only in part. */
    static <T> Facet keyed(
            String flag, Function<ServiceSpec, List<T>> items, Function<T, String> key, Function<T, String> whole) {
        return new Facet.Values(flag, true, spec -> items.apply(spec).stream()
                .collect(Collectors.toMap(key, whole, (one, same) -> one)));
    }

    static Facet labels(String flag, Function<ServiceSpec, Map<String, String>> labels) {
        return new Facet.Values(flag, false, spec -> labels.apply(spec).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, label -> label.getKey() + "=" + label.getValue())));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static ContainerSpec container(ServiceSpec spec) {
        return spec.getTask().getContainer();
    }
}
