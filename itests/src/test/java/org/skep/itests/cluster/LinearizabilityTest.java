package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.skep.itests.cluster.Operation.Answer;
import org.skep.itests.cluster.Operation.Kind;

/** The judge is judged: it accepts what is right, and catches what is wrong. */
class LinearizabilityTest {

    private final List<Operation> history = new ArrayList<>();
    private int clients;

    private void did(long called, long answered, Kind kind, String value, Answer answer) {
        history.add(new Operation(clients++, "r", kind, value, answer, called, answered));
    }

    private void done(long called, long answered, Kind kind, String value) {
        did(called, answered, kind, value, Answer.DONE);
    }

    private boolean explained() {
        return Linearizability.violation(history).isEmpty();
    }

    @Test
    void oneAfterTheOther() {
        done(0, 1, Kind.READ, null);
        done(2, 3, Kind.CREATE, "a");
        done(4, 5, Kind.READ, "a");
        did(6, 7, Kind.CREATE, "b", Answer.REFUSED);
        done(8, 9, Kind.WRITE, "c");
        done(10, 11, Kind.READ, "c");
        done(12, 13, Kind.REMOVE, null);
        did(14, 15, Kind.REMOVE, null, Answer.REFUSED);

        assertThat(explained()).isTrue();
    }

    @Test
    void whatOverlapsMayTakeEffectInEitherOrder() {
        done(0, 10, Kind.WRITE, "a");
        done(0, 10, Kind.WRITE, "b");
        done(2, 4, Kind.READ, "b");
        done(5, 7, Kind.READ, "a");

        assertThat(explained()).isTrue();
    }

    @Test
    void aReadMayNotGoBackInTime() {
        done(0, 10, Kind.WRITE, "a");
        done(2, 4, Kind.READ, "a");
        done(5, 7, Kind.READ, null);

        assertThat(explained()).isFalse();
    }

    @Test
    void aStaleReadIsCaught() {
        done(0, 1, Kind.WRITE, "a");
        done(2, 3, Kind.WRITE, "b");
        done(4, 5, Kind.READ, "a");

        assertThat(explained()).isFalse();
    }

    @Test
    void aLostWriteIsCaught() {
        done(0, 1, Kind.CREATE, "a");
        done(2, 3, Kind.READ, null);

        assertThat(explained()).isFalse();
    }

    @Test
    void aWriteWithoutAnswerMayHappenLateOrNever() {
        did(0, Operation.NEVER, Kind.WRITE, "a", Answer.UNKNOWN);
        done(1, 2, Kind.WRITE, "b");
        done(3, 4, Kind.READ, "b");
        assertThat(explained()).as("not yet").isTrue();

        done(5, 6, Kind.READ, "a");
        assertThat(explained()).as("late").isTrue();

        done(7, 8, Kind.READ, "b");
        assertThat(explained()).as("but once").isFalse();
    }

    @Test
    void aCreationThatHappensTwiceIsCaught() {
        did(0, Operation.NEVER, Kind.CREATE, "a", Answer.UNKNOWN);
        done(1, 2, Kind.READ, "a");
        done(3, 4, Kind.REMOVE, null);
        done(5, 6, Kind.READ, "a");

        assertThat(explained()).isFalse();
    }

    @Test
    void twoWinnersOfOneNameAreCaught() {
        done(0, 5, Kind.CREATE, "a");
        done(1, 6, Kind.CREATE, "b");

        assertThat(explained()).isFalse();
    }

    @Test
    void aRefusalWithoutReasonIsCaught() {
        done(0, 1, Kind.CREATE, "a");
        done(2, 3, Kind.REMOVE, null);
        did(4, 5, Kind.CREATE, "b", Answer.REFUSED);

        assertThat(explained()).isFalse();
    }

    @Test
    void aWriteByALeaderThatIsNoneIsCaught() {
        done(0, 1, Kind.WRITE, "old");
        done(2, 3, Kind.WRITE, "new");
        done(4, 6, Kind.WRITE, "split");
        done(7, 8, Kind.READ, "new");

        assertThat(explained()).isFalse();
    }

    /** Histories of a true register, with clients that overlap, are explained; with one read falsified they are not. */
    @RepeatedTest(20)
    void randomHistories(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        String value = null;
        long time = 0;
        List<Integer> reads = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            time += 10;
            long called = time - random.nextInt(25);
            long answered = time + random.nextInt(25);
            if (random.nextInt(3) == 0) {
                value = "v" + i;
                boolean lost = random.nextInt(10) == 0;
                did(called, lost ? Operation.NEVER : answered, Kind.WRITE, value, lost ? Answer.UNKNOWN : Answer.DONE);
            } else {
                reads.add(i);
                done(called, answered, Kind.READ, value);
            }
        }
        assertThat(explained()).isTrue();

        int liar = reads.get(random.nextInt(reads.size()));
        Operation truth = history.get(liar);
        history.set(
                liar,
                new Operation(truth.client(), "r", Kind.READ, "lie", Answer.DONE, truth.called(), truth.answered()));
        assertThat(explained()).isFalse();
    }
}
