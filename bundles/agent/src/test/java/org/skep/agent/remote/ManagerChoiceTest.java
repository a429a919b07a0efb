package org.skep.agent.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers.Manager;

class ManagerChoiceTest {

    private static final Manager A = new Manager("a", new Endpoint("10.0.0.1", 2377));
    private static final Manager B = new Manager("b", new Endpoint("10.0.0.2", 2377));
    private static final Manager C = new Manager("", new Endpoint("10.0.0.3", 2377));
    private static final List<Manager> ALL = List.of(A, B, C);

    private long nanos;
    private int draw;
    private final ManagerChoice choice = new ManagerChoice(() -> nanos, bound -> draw % bound);

    @Test
    void anyOfThemMayBeChosen() {
        for (int i = 0; i < 3; i++) {
            draw = i;
            assertThat(choice.pick(ALL, "x")).contains(ALL.get(i));
        }
        assertThat(choice.pick(List.of(), "x")).isEmpty();
    }

    @Test
    void aManagerAsksOthersFirst() {
        assertThat(choice.pick(List.of(A, B), "a")).contains(B);
        assertThat(choice.pick(List.of(A), "a")).contains(A);
    }

    @Test
    void oneThatFailedIsLeftOutForAWhile() {
        choice.failed(A.address());
        assertThat(choice.pick(ALL, "x")).contains(B);
        pass(Duration.ofSeconds(11));
        assertThat(choice.pick(ALL, "x")).contains(A);
    }

    @Test
    void whenAllFailedTheirTurnsComeRound() {
        choice.failed(B.address());
        pass(Duration.ofSeconds(1));
        choice.failed(A.address());
        pass(Duration.ofSeconds(1));
        choice.failed(C.address());
        assertThat(choice.pick(ALL, "x")).contains(B);
        choice.failed(B.address());
        pass(Duration.ofSeconds(1));
        assertThat(choice.pick(ALL, "x")).contains(A);
        choice.worked(A.address());
        assertThat(choice.pick(ALL, "x")).contains(A);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }
}
