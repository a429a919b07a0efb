package org.skep.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.network.NetworkDescription;

class PredefinedNetworkTest {

    @Test
    void needsNoEngine() throws InterruptedException {
        assertThat(new HostNetwork().ensure(network("host"))).isEqualTo("host");
        assertThat(new NoNetwork().ensure(network("none"))).isEqualTo("none");
    }

    @Test
    void existsOnce() {
        assertThatCode(() -> new HostNetwork().validate(network("host"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> new HostNetwork().validate(network("mine")))
                .isInstanceOf(SkepException.class)
                .hasMessage("only one instance of \"host\" network is allowed");
    }

    private static NetworkDescription network(String name) {
        return new NetworkDescription("id", name, Map.of(), Map.of(), List.of(), false, false);
    }
}
