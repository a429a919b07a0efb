package org.skep.network;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;
import org.skep.api.network.NetworkDescription;
import org.skep.api.network.NetworkDescription.Subnet;

class BridgeSettingsTest {

    @Test
    void takesWhatIsRight() {
        assertThatCode(() -> BridgeSettings.check(network(
                        Map.of("com.docker.network.driver.mtu", "1400"),
                        List.of(
                                new Subnet("10.1.0.0/24", "10.1.0.128/25", "10.1.0.1"),
                                new Subnet("fd00:1::/64", "", "")))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.0.0,,,'\"10.1.0.0\" is not a range'",
        "10.1.0.0/33,,,'\"10.1.0.0/33\" is not a range'",
        "10.1.0.300/24,,,'\"10.1.0.300/24\" is not a range'",
        "example.org/24,,,'\"example.org/24\" is not a range'",
        "10.1.0.0/24,10.2.0.0/25,,ip-range 10.2.0.0/25 is not in subnet 10.1.0.0/24",
        "10.1.0.0/24,10.1.0.0/16,,ip-range 10.1.0.0/16 is not in subnet 10.1.0.0/24",
        "10.1.0.0/24,,10.2.0.1,gateway 10.2.0.1 is not in subnet 10.1.0.0/24",
        "10.1.0.0/24,,gate,'\"gate\" is not an address for --gateway'",
        "10.9.0.0/16,,,subnet 10.9.0.0/16 overlaps another",
    })
    void namesAWrongSubnet(String cidr, String range, String gateway, String message) {
        Subnet subnet = new Subnet(cidr, range == null ? "" : range, gateway == null ? "" : gateway);
        NetworkDescription network = network(Map.of(), List.of(new Subnet("10.9.9.0/24", "", ""), subnet));
        assertThatThrownBy(() -> BridgeSettings.check(network))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({"mtu,1400,no option \"mtu\"", "com.docker.network.driver.mtu,big,\"big\" is not an MTU"})
    void namesAWrongOption(String name, String value, String message) {
        assertThatThrownBy(() -> BridgeSettings.check(network(Map.of(name, value), List.of())))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining(message);
    }

    private static NetworkDescription network(Map<String, String> options, List<Subnet> subnets) {
        return new NetworkDescription("id", "b1", options, Map.of(), subnets, false, true);
    }
}
