package org.skep.shell.commands.history;

import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.UpdateConfig;

/** What happens when tasks end, and when they are replaced. */
final class UpdateFacets {

    static final List<Facet> ALL = Stream.of(
                    restart(),
                    family("update", ServiceSpec::hasUpdate, ServiceSpec::getUpdate),
                    family("rollback", ServiceSpec::hasRollback, ServiceSpec::getRollback))
            .flatMap(List::stream)
            .toList();

    private UpdateFacets() {}

    private static List<Facet> restart() {
        return List.of(
                new Facet.Value(
                        "restart-condition",
                        spec -> spec.getTask().hasRestart()
                                ? Read.word(restart(spec).getCondition())
                                : ""),
                Read.duration("restart-delay", spec -> restart(spec).hasDelay(), spec -> restart(spec)
                        .getDelay()),
                Read.number("restart-max-attempts", spec -> restart(spec).getMaxAttempts()),
                Read.duration("restart-window", spec -> restart(spec).hasWindow(), spec -> restart(spec)
                        .getWindow()));
    }

    private static RestartPolicy restart(ServiceSpec spec) {
        return spec.getTask().getRestart();
    }

    private static List<Facet> family(
            String verb, Predicate<ServiceSpec> given, Function<ServiceSpec, UpdateConfig> config) {
        return List.of(
                new Facet.Value(
                        verb + "-parallelism",
                        spec -> given.test(spec)
                                ? String.valueOf(config.apply(spec).getParallelism())
                                : ""),
                Read.duration(verb + "-delay", spec -> config.apply(spec).hasDelay(), spec -> config.apply(spec)
                        .getDelay()),
                Read.duration(verb + "-monitor", spec -> config.apply(spec).hasMonitor(), spec -> config.apply(spec)
                        .getMonitor()),
                Read.number(
                        verb + "-max-failure-ratio", spec -> config.apply(spec).getMaxFailureRatio()),
                new Facet.Value(
                        verb + "-failure-action",
                        spec -> given.test(spec) ? Read.word(config.apply(spec).getFailureAction()) : ""),
                new Facet.Value(
                        verb + "-order",
                        spec -> given.test(spec) ? Read.word(config.apply(spec).getOrder()) : ""),
                Read.duration(verb + "-max-wait", spec -> config.apply(spec).hasMaxWait(), spec -> config.apply(spec)
                        .getMaxWait()));
    }
}
