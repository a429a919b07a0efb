package org.skep.control.local;

import com.google.protobuf.Timestamp;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.control.Services;
import org.skep.protocol.Ids;
import org.skep.protocol.JobStatus;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Times;
import org.skep.protocol.UpdateStatus;
import org.skep.protocol.Version;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;
import org.skep.store.Kind;
import org.skep.store.Revisions;
import org.skep.store.Transaction;
import org.skep.store.View;

/** Services, on this manager's store. */
@Component(service = LocalServices.class)
public final class LocalServices implements Services {

    private final ManagerStore store;
    private final Strategies strategies;
    private final Clock clock;

    @Activate
    public LocalServices(@Reference ManagerStore store, @Reference Strategies strategies) {
        this(store, strategies, Clock.systemUTC());
    }

    LocalServices(ManagerStore store, Strategies strategies, Clock clock) {
        this.store = store;
        this.strategies = strategies;
        this.clock = clock;
    }

    static String name(Service service) {
        return service.getSpec().getAnnotations().getName();
    }

    static Service find(View view, String reference) {
        return References.resolve("service", reference, view.services(), LocalServices::name);
    }

    @Override
    public List<Service> list() {
        return store.view().services().all().stream()
                .sorted(Comparator.comparing(LocalServices::name))
                .toList();
    }

    @Override
    public Service get(String reference) {
        return find(store.view(), reference);
    }

    @Override
    public Service create(ServiceSpec spec, Requester by) {
        boolean named = !spec.getAnnotations().getName().isEmpty();
        ServiceRules.check(named ? spec : withName(spec, "unnamed"));
        checkStrategy(ServiceSpec.getDefaultInstance(), spec);
        String id = Ids.random();
        return written(store.update(tx -> {
            ServiceSpec complete = named
                    ? spec
                    : withName(
                            spec, RandomNames.words(n -> tx.services().named(n).isPresent()));
            String name = complete.getAnnotations().getName();
            if (tx.services().named(name).isPresent()) {
                throw Refusals.nameConflict("service", name);
            }
            ServiceSpec resolved = ServiceInSwarm.resolve(complete, tx);
            ServiceInSwarm.check("", resolved, tx);
            LocalVolumes.createMounted(resolved, tx);
            Service.Builder made =
                    Service.newBuilder().setId(id).setSpec(resolved).setSpecVersion(Version.getDefaultInstance());
            if (ServiceRules.isJob(resolved)) {
                made.setJobStatus(JobStatus.newBuilder()
                        .setJobIteration(Version.getDefaultInstance())
                        .setLastExecution(now()));
            }
            tx.create(Revisions.record(tx, made.build(), by, 0));
            return stored(tx, id);
        }));
    }

    @Override
    public Service update(String id, long version, ServiceSpec spec, Requester by) {
        ServiceRules.check(spec);
        return written(store.update(tx -> {
            Service service = current(tx, id, version);
            if (!name(service).equals(spec.getAnnotations().getName())) {
                throw Refusals.notSupported(
                        "renaming service " + name(service) + " to "
                                + spec.getAnnotations().getName(),
                        "create a new service");
            }
            if (service.getSpec().getModeCase() != spec.getModeCase()) {
                throw SkepException.user(
                        "MODE_CHANGE",
                        "service " + name(service) + ": the mode cannot be changed",
                        "remove the service and create it anew");
            }
            checkStrategy(service.getSpec(), spec);
            ServiceSpec resolved = ServiceInSwarm.resolve(spec, tx);
            ServiceInSwarm.check(id, resolved, tx);
            LocalVolumes.createMounted(resolved, tx);
            Service.Builder changed = service.toBuilder().clearUpdateStatus();
            if (!resolved.equals(service.getSpec())) {
                replaceSpec(changed, resolved, service);
            }
            executeAgain(changed);
            tx.update(
                    resolved.equals(service.getSpec())
                            ? changed.build()
                            : Revisions.record(tx, changed.build(), by, 0));
            return stored(tx, id);
        }));
    }

    /** A service that has lost its strategy can still be changed otherwise. */
    private void checkStrategy(ServiceSpec before, ServiceSpec after) {
        String strategy = after.getTask().getPlacement().getStrategy();
        if (!strategy.equals(before.getTask().getPlacement().getStrategy())) {
            strategies.check(strategy);
        }
    }

    private static void replaceSpec(Service.Builder changed, ServiceSpec next, Service before) {
        changed.setSpec(next).setPreviousSpec(before.getSpec()).setPreviousSpecVersion(before.getSpecVersion());
        if (tasksDiffer(before.getSpec(), next)) {
            changed.setSpecVersion(before.getMeta().getVersion());
        }
    }

    private void executeAgain(Service.Builder job) {
        if (ServiceRules.isJob(job.getSpec())) {
            job.getJobStatusBuilder()
                    .setLastExecution(now())
                    .getJobIterationBuilder()
                    .setIndex(job.getJobStatus().getJobIteration().getIndex() + 1);
        }
    }

    @Override
    public Service rollback(String id, long version, OptionalLong revision, Requester by) {
        return written(store.update(tx -> {
            Service service = current(tx, id, version);
            Revision target = target(tx, service, revision);
            checkStrategy(service.getSpec(), target.getSpec());
            ServiceSpec spec = ServiceInSwarm.resolve(target.getSpec(), tx);
            ServiceInSwarm.check(id, spec, tx);
            LocalVolumes.createMounted(spec, tx);
            Service.Builder changed = service.toBuilder()
                    .setUpdateStatus(UpdateStatus.newBuilder()
                            .setState(UpdateStatus.UpdateState.ROLLBACK_STARTED)
                            .setStartedAt(now())
                            .setMessage("manually requested rollback"));
            replaceSpec(changed, spec, service);
            executeAgain(changed);
            tx.update(Revisions.record(tx, changed.build(), by, target.getNumber()));
            return stored(tx, id);
        }));
    }

    private static Revision target(View view, Service service, OptionalLong revision) {
        if (revision.isPresent()) {
            long number = revision.getAsLong();
            if (number == service.getRevision()) {
                throw SkepException.user(
                        "NO_SUCH_REVISION",
                        "service " + name(service) + " has revision " + number + " now",
                        "name an earlier one");
            }
            return Revisions.of(view, service.getId(), number).orElseThrow(() -> noSuchRevision(view, service, number));
        }
        if (!service.hasPreviousSpec()) {
            throw SkepException.state(
                    "NO_PREVIOUS_SPEC",
                    "service " + name(service) + " has no previous specification to roll back to",
                    "");
        }
        return Revisions.of(view, service.getId()).stream()
                .filter(past -> past.getSpec().equals(service.getPreviousSpec()))
                .findFirst()
                .orElseGet(() ->
                        Revision.newBuilder().setSpec(service.getPreviousSpec()).build());
    }

    private static SkepException noSuchRevision(View view, Service service, long number) {
        List<Revision> known = Revisions.of(view, service.getId());
        return SkepException.user(
                "NO_SUCH_REVISION",
                "service " + name(service) + " has no revision " + number,
                known.isEmpty()
                        ? ""
                        : "from " + known.get(known.size() - 1).getNumber() + " to "
                                + known.get(0).getNumber());
    }

    @Override
    public void remove(String reference) {
        store.update(tx -> {
            String id = find(tx, reference).getId();
            tx.delete(Kind.SERVICE, id);
            Revisions.forget(tx, id);
            return null;
        });
    }

    @Override
    public List<Revision> history(String reference) {
        View view = store.view();
        return Revisions.of(view, find(view, reference).getId());
    }

    @Override
    public List<Explanation> explain(String reference) {
        View view = store.view();
        return new ServiceExplanation(view, find(view, reference), clock.instant()).lines();
    }

    /** Whether tasks have to be replaced: equal versions of the specification mean equal tasks. */
    private static boolean tasksDiffer(ServiceSpec before, ServiceSpec after) {
        return !before.getTask().equals(after.getTask())
                || !before.getEndpoint().equals(after.getEndpoint());
    }

    private static Service current(View view, String id, long version) {
        Service service = view.services().get(id).orElseThrow(() -> Refusals.notFound("service", id));
        if (service.getMeta().getVersion().getIndex() != version) {
            throw Refusals.outOfSequence("service", name(service));
        }
        return service;
    }

    private static Service stored(Transaction tx, String id) {
        return tx.services().get(id).orElseThrow();
    }

    /** As it was written, with its version; unless it has been removed again already. */
    private Service written(Service decided) {
        return store.known().services().get(decided.getId()).orElse(decided);
    }

    private static ServiceSpec withName(ServiceSpec spec, String name) {
        ServiceSpec.Builder named = spec.toBuilder();
        named.getAnnotationsBuilder().setName(name);
        return named.build();
    }

    private Timestamp now() {
        return Times.timestamp(clock.instant());
    }
}
