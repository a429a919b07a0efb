package org.skep.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.skep.protocol.Service;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;
import org.skep.store.testing.TestStore;

class RevisionsTest {

    private static final Requester ANNA =
            Requester.newBuilder().setUser("anna").setOrigin("local").build();

    private final TestStore store = new TestStore();

    @Test
    void numbersSpecificationsAndKeepsTheNewestTwenty() throws InterruptedException {
        Service service = Service.newBuilder().setId("s").build();
        for (int i = 0; i < 25; i++) {
            Service before = service;
            service = store.update(tx -> Revisions.record(tx, before, ANNA, 0));
        }

        assertThat(service.getRevision()).isEqualTo(25);
        assertThat(Revisions.of(store.view(), "s"))
                .extracting(Revision::getNumber)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(0, 19).mapToObj(i -> 25 - i).toList());
        assertThat(Revisions.of(store.view(), "s", 5)).isEmpty();
        assertThat(Revisions.of(store.view(), "s", 6)).get().returns(ANNA, Revision::getBy);
    }

    @Test
    void forgetsThoseOfOneServiceOnly() throws InterruptedException {
        store.update(tx -> {
            Revisions.record(tx, Service.newBuilder().setId("s").build(), Revisions.SWARM, 0);
            return Revisions.record(tx, Service.newBuilder().setId("s2").build(), Revisions.SWARM, 0);
        });

        store.update(tx -> {
            Revisions.forget(tx, "s");
            return null;
        });

        assertThat(Revisions.of(store.view(), "s")).isEmpty();
        assertThat(Revisions.of(store.view(), "s2")).hasSize(1);
    }
}
