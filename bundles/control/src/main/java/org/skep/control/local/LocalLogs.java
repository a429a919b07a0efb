package org.skep.control.local;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.skep.api.SkepException;
import org.skep.control.Logs;
import org.skep.protocol.LogMessage;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogStream;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.Times;
import org.skep.protocol.session.LogBroker;
import org.skep.store.Kind;
import org.skep.store.Store;
import org.skep.store.View;

/** Log lines in order of time, through the broker of this manager. */
@Component(service = LocalLogs.class)
public final class LocalLogs implements Logs {

    /** How long a line of one task is held back for those of others that are older. */
    private static final Duration WINDOW = Duration.ofMillis(500);

    private static final Duration FOR_EVER = Duration.ofDays(10_000);

    private final ManagerStore store;
    private final Duration window;
    private final Set<LogMerge> readers = ConcurrentHashMap.newKeySet();
    private volatile LogBroker broker;

    @Activate
    public LocalLogs(@Reference ManagerStore store) {
        this(store, WINDOW);
    }

    LocalLogs(ManagerStore store, Duration window) {
        this.store = store;
        this.window = window;
    }

    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindBroker(LogBroker service) {
        broker = service;
    }

    void unbindBroker(LogBroker service) {
        if (broker == service) {
            broker = null;
        }
        close();
    }

    @Deactivate
    void close() {
        readers.forEach(reader -> reader.fail(noBroker()));
    }

    @Override
    public void read(String reference, Query query, Consumer<LogMessage> sink, Consumer<String> warnings)
            throws InterruptedException {
        LogSelector selector = selector(store.view(), reference);
        LogBroker source = broker;
        if (source == null) {
            throw noBroker();
        }
        LineFilter wanted = new LineFilter(query);
        boolean follow = query.follow() && query.until().isAfter(Instant.now());
        LogMerge lines = follow ? new LogMerge(true, window, limit(query)) : new LogMerge(false, window);
        readers.add(lines);
        try (LogBroker.Subscription subscription = source.subscribe(
                        selector, options(query, follow), line -> put(line, wanted, lines), lines::warn, lines::end);
                Store.Watch nodes = follow ? watch(selector, lines) : () -> {}) {
            for (LogMessage line = lines.take(warnings); line != null; line = lines.take(warnings)) {
                sink.accept(line);
            }
            requireStillLeading();
            lines.warnings().forEach(warnings);
        } finally {
            readers.remove(lines);
            lines.close();
        }
    }

    /** On the broker's thread, which cannot do anything about a filter that fails. */
    private static void put(LogMessage line, LineFilter wanted, LogMerge lines) {
        try {
            if (wanted.test(line)) {
                lines.put(line);
            }
        } catch (SkepException e) {
            lines.fail(e);
        }
    }

    private static Duration limit(Query query) {
        Instant now = Instant.now();
        return query.until().isAfter(now.plus(FOR_EVER)) ? FOR_EVER : Duration.between(now, query.until());
    }

    private Store.Watch watch(LogSelector selector, LogMerge lines) {
        return store.source().watch(EnumSet.of(Kind.NODE), new LostNodes(selector, lines::warn));
    }

    /** A broker that stops because the lead is lost ends like one that has nothing more to tell. */
    private void requireStillLeading() {
        if (store.consensus().filter(consensus -> !consensus.status().leads()).isPresent()) {
            throw noBroker();
        }
    }

    private static SkepException noBroker() {
        return SkepException.state("NO_LEADER", "the swarm has no leader to gather log lines", "try again");
    }

    private static LogSelector selector(View view, String reference) {
        try {
            return LogSelector.newBuilder()
                    .addServiceIds(LocalServices.find(view, reference).getId())
                    .build();
        } catch (SkepException noService) {
            try {
                return LogSelector.newBuilder()
                        .addTaskIds(LocalTasks.find(view, reference).getId())
                        .build();
            } catch (SkepException noTask) {
                throw noTask.code().equals("NOT_FOUND") && noService.code().equals("NOT_FOUND")
                        ? Refusals.notFound("service or task", reference)
                        : noService.code().equals("NOT_FOUND") ? noTask : noService;
            }
        }
    }

    private static LogSubscriptionOptions options(Query query, boolean follow) {
        LogSubscriptionOptions.Builder options = LogSubscriptionOptions.newBuilder()
                .addStreams(LogStream.LOG_STREAM_STDOUT)
                .addStreams(LogStream.LOG_STREAM_STDERR)
                .setFollow(follow)
                .setTail(query.tail() < 0 ? 0 : -query.tail() - 1);
        if (query.since().isAfter(Instant.EPOCH)) {
            options.setSince(Times.timestamp(query.since()));
        }
        return options.build();
    }
}
