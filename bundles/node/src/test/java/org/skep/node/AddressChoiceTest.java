package org.skep.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.control.Swarm.Addresses;

class AddressChoiceTest {

    private static final Optional<Endpoint> REMOTE = Optional.of(new Endpoint("10.0.0.9", 2377));

    private final FakeNetwork host = new FakeNetwork()
            .add("docker0", "172.17.0.1")
            .add("br-0123456789ab", "172.18.0.1")
            .add("eth0", "fe80::1", "10.0.0.1", "fd00::1")
            .name("alpha", "10.0.0.1")
            .name("beta", "10.0.0.2")
            .name("self", "127.0.1.1");

    private final AddressChoice choice = new AddressChoice(host);

    private Place choose(String advertise, String listen) {
        return choice.choose(
                new Addresses(Optional.ofNullable(advertise), Optional.ofNullable(listen), Optional.empty()),
                Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, 0.0.0.0:2377, 10.0.0.1:2377",
                "-, 0.0.0.0:4000, 0.0.0.0:4000, 10.0.0.1:4000",
                "-, 10.0.0.1, 10.0.0.1:2377, 10.0.0.1:2377",
                "-, 127.0.0.1:4000, 127.0.0.1:4000, 127.0.0.1:4000",
                "-, eth0:4000, 10.0.0.1:4000, 10.0.0.1:4000",
                "-, :::4000, -, -",
                "10.0.0.1, -, 0.0.0.0:2377, 10.0.0.1:2377",
                "10.0.0.1:5000, -, 0.0.0.0:2377, 10.0.0.1:5000",
                "eth0, 0.0.0.0:4000, 0.0.0.0:4000, 10.0.0.1:4000",
                "eth0:5000, -, 0.0.0.0:2377, 10.0.0.1:5000",
                "docker0, -, 0.0.0.0:2377, 172.17.0.1:2377",
                "alpha, -, 0.0.0.0:2377, alpha:2377",
                "alpha:5000, -, 0.0.0.0:2377, alpha:5000",
                "self, -, 0.0.0.0:2377, self:2377",
                "127.0.0.1, -, 0.0.0.0:2377, 127.0.0.1:2377",
                "fd00::1, -, 0.0.0.0:2377, [fd00:0:0:0:0:0:0:1]:2377",
                "[fd00::1]:5000, -, 0.0.0.0:2377, [fd00:0:0:0:0:0:0:1]:5000"
            })
    void takesAddressesInterfacesAndNames(String advertise, String listen, String listens, String advertises) {
        if (listens == null) {
            assertInvalid(advertise, listen, "");
            return;
        }
        Place place = choose(advertise, listen);

        assertThat(choice.resolve(place).listen()).hasToString(listens);
        assertThat(choice.resolve(place).advertise()).hasToString(advertises);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "10.0.0.2 | - | address 10.0.0.2 is not on this host (there are 172.17.0.1 (docker0), 172.18.0.1 (br-01",
                "0.0.0.0 | - | cannot advertise 0.0.0.0: other hosts cannot reach it (an address of this host: 172.17",
                ":: | - | cannot advertise ::",
                "beta | - | host name beta is not on this host",
                "gamma | - | cannot advertise 'gamma': it is neither an interface nor a host name known here",
                "10.0.1 | - | invalid address '10.0.1'",
                "10.0.0.1:0 | - | invalid address '10.0.0.1:0'",
                "10.0.0.1:65535 | - | port 65535 has none after it",
                "- | 0.0.0.0:65535 | port 65535 has none after it",
                "- | 10.0.0.2:2377 | listen address 10.0.0.2 is not on this host",
                "- | alpha:2377 | cannot listen on 'alpha': there is no such interface"
            })
    void refusesOthers(String advertise, String listen, String line) {
        assertInvalid(advertise, listen, line);
    }

    private void assertInvalid(String advertise, String listen, String line) {
        assertThatThrownBy(() -> choose(advertise, listen)).isInstanceOfSatisfying(SkepException.class, e -> {
            assertThat(e.code()).isEqualTo("INVALID_ADDRESS");
            assertThat(e.line()).startsWith(line).doesNotContain("\n");
        });
    }

    @Test
    void severalAddressesAreTheOperatorsChoice() {
        host.add("eth1", "192.0.2.1");

        assertInvalid(
                null,
                null,
                "this host has several addresses that others might use: 10.0.0.1, 192.0.2.1"
                        + " (choose one with --advertise-addr)");
        assertThat(choose("eth1", null).advertise()).hasToString("192.0.2.1:2377");
    }

    @Test
    void severalAddressesOfAnInterfaceAreTheOperatorsChoice() {
        host.add("eth1", "192.0.2.1", "192.0.2.2");

        assertInvalid("eth1", null, "interface eth1 has several addresses: 192.0.2.1, 192.0.2.2 (name one of them)");
    }

    @Test
    void theWayToTheManagerDecidesBetweenSeveral() {
        host.add("eth1", "192.0.2.1").way("192.0.2.1");

        assertThat(choice.choose(Addresses.CHOSEN, REMOTE).advertise()).hasToString("192.0.2.1:2377");
    }

    @Test
    void aHostWithoutNetworkIsReachedByItself() {
        host.remove("eth0").remove("docker0").remove("br-0123456789ab");

        assertThat(choose(null, null).advertise()).hasToString("127.0.0.1:2377");
    }

    @Test
    void withoutIpv4ThereIsIpv6() {
        host.remove("eth0").add("eth0", "fe80::1", "fd00::1");

        assertThat(choose(null, null).advertise()).hasToString("[fd00:0:0:0:0:0:0:1]:2377");
    }

    @Test
    void aChosenAddressFollowsTheHost() {
        Place before = choose(null, null);
        host.remove("eth0").add("eth0", "10.0.0.77");

        assertThat(choice.revise(before, REMOTE).advertise()).hasToString("10.0.0.77:2377");
    }

    @Test
    void theAddressOfANamedInterfaceFollowsIt() {
        Place before = choose("eth0:5000", "eth0:4000");
        host.remove("eth0").add("eth0", "10.0.0.77").add("eth1", "192.0.2.1");

        Place after = choice.revise(before, REMOTE);

        assertThat(choice.resolve(after).advertise()).hasToString("10.0.0.77:5000");
        assertThat(choice.resolve(after).listen()).hasToString("10.0.0.77:4000");
    }

    @Test
    void aChosenAddressStaysWhileItIsThere() {
        Place before = choose(null, null);
        host.add("eth1", "192.0.2.1");

        assertThat(choice.revise(before, REMOTE)).isEqualTo(before);
    }

    @Test
    void aHostWithoutLinkKeepsItsAddress() {
        Place before = choose(null, null);
        host.remove("eth0").down("eth0").add("eth0", "10.0.0.1").add("eth1", "192.0.2.1");

        assertThat(choice.revise(before, REMOTE)).isEqualTo(before);
    }

    @Test
    void aHostWithoutAddressKeepsItsOldOne() {
        Place before = choose(null, null);
        host.remove("eth0");

        assertThat(choice.revise(before, REMOTE)).isEqualTo(before);
    }

    @Test
    void aGivenAddressStays() {
        Place address = choose("10.0.0.1", null);
        Place name = choose("alpha", null);
        host.remove("eth0").add("eth0", "10.0.0.77");

        assertThat(choice.revise(address, REMOTE)).isEqualTo(address);
        assertThat(choice.revise(name, REMOTE)).isEqualTo(name);
    }

    @Test
    void whereNoOtherIsClearTheOldOneStays() {
        Place before = choose(null, null);
        host.remove("eth0").add("eth0", "10.0.0.77").add("eth1", "192.0.2.1");

        assertThat(choice.revise(before, Optional.empty())).isEqualTo(before);
    }

    @Test
    void aManagerWhoseInterfaceIsGoneIsNotExposedElsewhere() {
        Place before = choose(null, "eth0");
        host.remove("eth0");

        assertThat(choice.resolve(before).listen()).hasToString("127.0.0.1:2377");
    }

    @Test
    void theDataPathIsThisHostsToo() {
        assertThatThrownBy(() -> choice.choose(
                        new Addresses(Optional.empty(), Optional.empty(), Optional.of("10.0.0.2")), Optional.empty()))
                .hasMessageContaining("10.0.0.2");
    }
}
