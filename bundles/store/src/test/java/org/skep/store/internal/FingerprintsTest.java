package org.skep.store.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class FingerprintsTest {

    private final State state = state(
            Tables.EMPTY.with(TransactionTest.config("c1", "colour")).with(TransactionTest.config("c2", "shape")));

    private static State state(Tables tables) {
        return new State(7, 6, "p", 2, tables);
    }

    @Test
    void theWayToAStateDoesNotShow() throws IOException {
        State another = state(
                Tables.EMPTY.with(TransactionTest.config("c2", "shape")).with(TransactionTest.config("c1", "colour")));
        ByteArrayOutputStream snapshot = new ByteArrayOutputStream();
        Snapshots.write(state, snapshot);

        assertThat(Fingerprints.of(another)).isEqualTo(Fingerprints.of(state));
        assertThat(Fingerprints.of(Snapshots.read(new ByteArrayInputStream(snapshot.toByteArray()))))
                .isEqualTo(Fingerprints.of(state));
    }

    @Test
    void everyDifferenceShows() {
        State more = state(state.tables().with(TransactionTest.config("c3", "size")));
        State other = state(state.tables().with(TransactionTest.config("c2", "form")));

        assertThat(Fingerprints.of(more).digest())
                .isNotEqualTo(Fingerprints.of(state).digest());
        assertThat(Fingerprints.of(other).digest())
                .isNotEqualTo(Fingerprints.of(state).digest());
    }
}
