package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;
import static org.skep.control.local.Manager.spec;
import static org.skep.control.testing.Users.ANN;

import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.skep.protocol.GlobalJob;
import org.skep.protocol.Service;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.UpdateStatus;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;

/** What {@link LocalServices} remembers of the specifications that a service has had, and how one comes back. */
class ServiceHistoryTest {

    private static final Requester BEN = Requester.newBuilder().setUser("ben").build();

    private final Manager manager = Manager.leading();
    private final LocalServices services = new LocalServices(manager.access, new Strategies());

    private Service withImage(Service service, String image, Requester by) {
        ServiceSpec.Builder changed = service.getSpec().toBuilder();
        changed.getTaskBuilder().getContainerBuilder().setImage(image);
        return services.update(service.getId(), version(service), changed.build(), by);
    }

    private Service rollback(Service service, OptionalLong revision) {
        return services.rollback(service.getId(), version(service), revision, ANN);
    }

    private static long version(Service service) {
        return service.getMeta().getVersion().getIndex();
    }

    @Test
    void eachSpecificationIsARevision() {
        Service web = services.create(spec("web"), ANN);
        Service changed = withImage(web, "nginx:2", BEN);

        assertThat(services.history("web")).extracting(Revision::getNumber).containsExactly(2L, 1L);
        assertThat(services.history("web")).extracting(Revision::getBy).containsExactly(BEN, ANN);
        assertThat(services.history("web"))
                .extracting(Revision::getSpec)
                .containsExactly(changed.getSpec(), web.getSpec());
    }

    @Test
    void anUpdateWithoutADifferenceIsNoRevision() {
        Service web = withImage(services.create(spec("web"), ANN), "nginx:2", ANN);

        Service same = services.update(web.getId(), version(web), web.getSpec(), ANN);

        assertThat(services.history("web")).hasSize(2);
        assertThat(same.getPreviousSpec()).isEqualTo(web.getPreviousSpec());
    }

    @Test
    void rollsBackToTheSpecificationBefore() {
        Service web = services.create(spec("web"), ANN);

        Service back = rollback(withImage(web, "nginx:2", ANN), OptionalLong.empty());

        assertThat(back.getSpec()).isEqualTo(web.getSpec());
        assertThat(services.history("web").get(0).getNumber()).isEqualTo(3);
        assertThat(services.history("web").get(0).getRollbackTo()).isEqualTo(1);
    }

    @Test
    void rollsBackToAnyRevision() {
        Service first = services.create(spec("web"), ANN);
        Service third = withImage(withImage(first, "nginx:2", ANN), "nginx:3", ANN);

        Service back = rollback(third, OptionalLong.of(1));

        assertThat(back.getSpec()).isEqualTo(first.getSpec());
        assertThat(back.getSpecVersion()).isNotEqualTo(third.getSpecVersion());
        assertThat(back.getPreviousSpec()).isEqualTo(third.getSpec());
        assertThat(back.getUpdateStatus().getState()).isEqualTo(UpdateStatus.UpdateState.ROLLBACK_STARTED);
        assertThat(back.getRevision()).isEqualTo(4);
        assertThat(services.history("web").get(0).getRollbackTo()).isEqualTo(1);
    }

    @Test
    void refusesRevisionsThatAreNotThere() {
        Service web = withImage(services.create(spec("web"), ANN), "nginx:2", ANN);

        assertRefused("NO_SUCH_REVISION", "revision 7", () -> rollback(web, OptionalLong.of(7)));
        assertRefused("NO_SUCH_REVISION", "has revision 2 now", () -> rollback(web, OptionalLong.of(2)));
    }

    @Test
    void forgetsWithTheService() {
        services.create(spec("web"), ANN);

        services.remove("web");

        assertThat(manager.store.view().revisions().all()).isEmpty();
    }

    @Test
    void isAskedForByReference() {
        Service web = services.create(spec("web"), ANN);

        assertThat(services.history(web.getId())).hasSize(1);
        assertRefused("NOT_FOUND", "no such service: db", () -> services.history("db"));
    }

    @Test
    void aJobBeginsAnewWithEachUpdate() {
        ServiceSpec spec = spec("job").toBuilder()
                .setGlobalJob(GlobalJob.getDefaultInstance())
                .build();
        Service job = services.create(spec, ANN);
        Service same = services.update(job.getId(), version(job), job.getSpec(), ANN);
        Service changed = withImage(same, "nginx:2", ANN);
        Service back = rollback(changed, OptionalLong.empty());

        assertThat(Stream.of(job, same, changed, back))
                .extracting(service -> service.getJobStatus().getJobIteration().getIndex())
                .containsExactly(0L, 1L, 2L, 3L);
        assertThat(back.getJobStatus().hasLastExecution()).isTrue();
        assertThat(services.create(spec("web"), ANN).hasJobStatus()).isFalse();
    }
}
