package org.skep.rpc.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharesTest {

    private final Shares shares = new Shares(new Shares.Limits(10, 6));
    private final List<String> gaveWay = new ArrayList<>();

    private Shares.Part part(String address, String name) {
        return shares.part(address, () -> gaveWay.add(name));
    }

    @Test
    void nobodyGetsMoreThanIsForOne() {
        assertThat(part("a", "1").take(6)).isTrue();
        assertThat(part("a", "2").take(1)).isFalse();
        assertThat(part("b", "3").take(4)).isTrue();
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        Shares.Part part = part("a", "1");
        part.take(6);

        part.giveBack();
        part.giveBack();

        assertThat(part.take(6)).isTrue();
        assertThat(part("b", "2").take(4)).isTrue();
    }

    @Test
    void theLargestOfWhoHasMostGivesWay() {
        Shares.Part small = part("a", "small");
        small.take(2);
        Shares.Part large = part("a", "large");
        large.take(3);
        part("b", "other").take(4);

        assertThat(part("c", "new").take(2)).isTrue();

        assertThat(gaveWay).containsExactly("large");
        assertThat(large.take(1)).as("it is over").isFalse();
        assertThat(small.take(1)).isTrue();
    }

    @Test
    void whoHasMostIsRefused() {
        part("a", "1").take(5);
        part("b", "2").take(5);

        assertThat(part("a", "3").take(1)).isFalse();
        assertThat(part("b", "4").take(1)).isFalse();
        assertThat(gaveWay).isEmpty();
    }
}
