package org.skep.store.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.protocol.Node;
import org.skep.store.Change;
import org.skep.store.Kind;
import org.skep.store.View;
import org.skep.store.testing.ManualLoops;
import org.skep.store.testing.TestStore;

class StoreLoopTest {

    private final ManualLoops loops = new ManualLoops();
    private final TestStore store = new TestStore(loops.clock());
    private final Recorder recorder = new Recorder();

    private StoreLoop start() {
        StoreLoop loop = new StoreLoop(loops.open("test"), store, EnumSet.of(Kind.NODE), recorder);
        loops.settle();
        return loop;
    }

    private void node(String id) {
        store.write(tx -> tx.create(Node.newBuilder().setId(id).build()));
    }

    @Test
    void theFirstCallIsAResync() {
        node("n1");
        start();

        assertThat(recorder.calls).containsExactly("resync 1");
    }

    @Test
    void changesThatComeTogetherAreHandedOverTogether() {
        start();
        node("n1");
        node("n2");
        loops.settle();
        node("n3");
        loops.settle();

        assertThat(recorder.calls).containsExactly("resync 0", "changed n1 n2", "changed n3");
    }

    @Test
    void afterAFailureItStartsOverWithPausesThatGrow() {
        start();
        recorder.failure = SkepException.resource("LOG_UNWRITABLE", "the disk is full", "", null);
        node("n1");
        loops.settle();
        node("n2");
        loops.settle();
        assertThat(recorder.calls).containsExactly("resync 0", "changed n1");
        loops.advance(Duration.ofMillis(250));
        assertThat(recorder.calls).hasSize(3);
        loops.advance(Duration.ofMillis(499));
        assertThat(recorder.calls).hasSize(3);
        recorder.failure = null;
        loops.advance(Duration.ofMillis(1));
        assertThat(recorder.calls).endsWith("resync 2");
        node("n3");
        loops.settle();
        assertThat(recorder.calls).endsWith("changed n3");
    }

    @Test
    void aFailedResyncIsTriedAgain() {
        recorder.failure = new IllegalStateException("defect");
        start();
        recorder.failure = null;
        loops.advance(Duration.ofSeconds(1));

        assertThat(recorder.calls).containsExactly("resync 0", "resync 0");
    }

    @Test
    void timersOfAnEarlierLifeAreForgotten() {
        start();
        List<String> fired = new ArrayList<>();
        recorder.timers.after(Duration.ofSeconds(10), () -> fired.add("old"));
        recorder.timers.after(Duration.ofSeconds(1), () -> {
            throw SkepException.state("NO_LEADER", "no leader", "");
        });
        loops.advance(Duration.ofSeconds(2));
        recorder.timers.after(Duration.ofSeconds(10), () -> fired.add("new"));
        loops.advance(Duration.ofSeconds(20));

        assertThat(fired).containsExactly("new");
        assertThat(recorder.calls).containsExactly("resync 0", "resync 0");
    }

    @Test
    void aClosedLoopHearsNothing() {
        start().close();
        node("n1");
        loops.settle();

        assertThat(recorder.calls).containsExactly("resync 0");
    }

    private static final class Recorder implements Reconciler {

        private final List<String> calls = new ArrayList<>();
        private RuntimeException failure;
        private Timers timers;

        @Override
        public void attach(Timers clock) {
            timers = clock;
        }

        @Override
        public void resync(View view) {
            record("resync " + view.nodes().size());
        }

        @Override
        public void changed(View view, List<Change> changes) {
            record("changed "
                    + String.join(" ", changes.stream().map(Change::id).toList()));
        }

        private void record(String call) {
            calls.add(call);
            if (failure != null) {
                throw failure;
            }
        }
    }
}
