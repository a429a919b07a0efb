package org.skep.shell.commands.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.revision.Requester;
import org.skep.protocol.revision.Revision;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Fakes;
import org.skep.shell.commands.testing.Lines;

class ServiceHistoryTest {

    private static final Requester ANN =
            Requester.newBuilder().setUser("ann").setOrigin("10.0.0.7:51234").build();

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();

    private static Revision revision(long number, String image, long replicas, Requester by, long rollbackTo) {
        ServiceSpec.Builder spec = Fakes.spec("web", replicas).toBuilder();
        spec.getTaskBuilder().getContainerBuilder().setImage(image);
        return Revision.newBuilder()
                .setNumber(number)
                .setMeta(Fakes.meta(number, 600 - 60 * number))
                .setSpec(spec)
                .setBy(by)
                .setRollbackTo(rollbackTo)
                .build();
    }

    private String printed(String... words) {
        return Lines.print(Lines.run(new ServiceHistory(control, InstantSource.fixed(Fakes.NOW)), session, words));
    }

    @BeforeEach
    void remember() {
        control.services.add(Fakes.service("web", 1));
        control.revisions.add(revision(3, "nginx:1", 3, Requester.getDefaultInstance(), 1));
        control.revisions.add(revision(2, "nginx:2", 5, ANN, 0));
        control.revisions.add(revision(1, "nginx:1", 3, ANN, 0));
    }

    @Test
    void listsWhatWasAskedForTheNewestFirst() {
        assertThat(printed("web")).isEqualTo("""
                REVISION  CREATED        BY           CHANGE
                3 *       7 minutes ago  (the swarm)  rolled back to 1, image nginx:2 -> nginx:1, replicas 5 -> 3
                2         8 minutes ago  ann          image nginx:1 -> nginx:2, replicas 3 -> 5
                1         9 minutes ago  ann          created""");
    }

    @Test
    void cutsLongChangesUnlessToldOtherwise() {
        control.revisions.add(0, revision(4, "registry.example.test/team/project/department/web:2", 3, ANN, 0));
        assertThat(printed("web"))
                .contains("image nginx:1 -> registry.example.test")
                .contains("\u2026");
        assertThat(printed("web", "--no-trunc")).contains("department/web:2").contains("ann from 10.0.0.7:51234");
    }

    @Test
    void printsNumbersForScripts() {
        assertThat(printed("web", "-q")).isEqualTo("3\n2\n1");
    }

    @Test
    void saysNothingOfTheOldestOnceEarlierOnesAreForgotten() {
        control.revisions.remove(2);
        assertThat(printed("web").lines().toList().get(2)).endsWith("ann");
    }

    @Test
    void rollsBackToOneOfThem() {
        Lines.run(new ServiceRollback(control, InstantSource.fixed(Fakes.NOW)), session, "-d", "web", "--to", "2");

        assertThat(control.rolledBack).containsExactly(control.services.get(0).getId() + " to 2");
        assertThatThrownBy(() -> Lines.run(
                        new ServiceRollback(control, InstantSource.fixed(Fakes.NOW)), session, "web", "--to", "0"))
                .hasMessageContaining("'0' is not a revision: use a number that \"service history\" lists");
    }
}
