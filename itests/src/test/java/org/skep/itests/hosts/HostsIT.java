package org.skep.itests.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.Commands.Result;

/** The hosts themselves: what they promise to other tests. */
class HostsIT {

    @RegisterExtension
    static final Hosts hosts = Hosts.of(3).withDisks(64);

    private final Host one = hosts.get(1);
    private final Host two = hosts.get(2);
    private final Host three = hosts.get(3);

    @AfterEach
    void heal() {
        hosts.heal();
    }

    @Test
    void eachHasANameAndReachesTheOthersByTheirs() {
        assertThat(one.run("hostname").expectSuccess()).isEqualTo("host1\n");
        assertThat(reaches(one, "host2")).isTrue();
        assertThat(reaches(two, three.address())).isTrue();
    }

    @Test
    void eachHasProcessesOfItsOwn() {
        assertThat(one.run("sh", "-c", "set -- /proc/[0-9]*; echo $#").expectSuccess())
                .as("processes of a host: its first, the shell")
                .isEqualTo("2\n");
    }

    @Test
    void whatLiesOutsideIsRefusedAtOnce() {
        long begin = System.nanoTime();
        assertThat(one.run("busybox", "nc", "-w", "5", "192.0.2.1", "80").status())
                .isNotZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void oneDirectionCanBeLost() {
        one.dropTo(two);

        assertThat(reaches(one, two.address())).isFalse();
        assertThat(reaches(one, three.address())).isTrue();

        hosts.heal();
        assertThat(reaches(one, two.address())).isTrue();
    }

    @Test
    void aPartitionCutsBothWaysAndHeals() {
        hosts.partition(List.of(one));

        assertThat(reaches(one, two.address())).isFalse();
        assertThat(reaches(three, one.address())).isFalse();
        assertThat(reaches(two, three.address())).isTrue();

        hosts.heal();
        assertThat(reaches(three, one.address())).isTrue();
    }

    @Test
    void aCableCanBePulledAndPutBack() {
        two.unplug();
        assertThat(reaches(one, two.address())).isFalse();

        two.plugIn();
        assertThat(reaches(one, two.address())).isTrue();
    }

    @Test
    void packetsCanBeDelayed() {
        two.delay(Duration.ofMillis(200));
        one.run("busybox", "ping", "-c", "1", two.address());
        Result ping = one.run("busybox", "ping", "-c", "2", "-q", two.address());
        two.delay(Duration.ZERO);

        double average = Double.parseDouble(ping.expectSuccess().replaceAll("(?s).*= [^/]*/([^/]*)/.*", "$1"));
        assertThat(average).isBetween(380.0, 800.0);
        assertThat(reaches(one, two.address())).isTrue();
    }

    @Test
    void powerCanBeLostAndComeBackWithTheDisk() {
        three.run("sh", "-c", "echo here >" + three.home() + "/state/file; sync")
                .expectSuccess();
        three.powerOff();
        assertThat(reaches(one, three.address())).isFalse();

        three.powerOn();

        assertThat(reaches(one, three.address())).isTrue();
        assertThat(three.run("cat", three.home() + "/state/file").expectSuccess())
                .isEqualTo("here\n");
        assertThat(three.state().resolve("file")).hasContent("here");
    }

    @Test
    void aDiskCanBeFull() {
        three.fillDisk();
        String[] write = {"dd", "if=/dev/zero", "bs=1M", "count=1", "of=" + three.home() + "/state/some"};
        assertThat(three.run(write).status()).isEqualTo(1);

        three.makeRoom();
        three.run(write).expectSuccess();
    }

    @Test
    void aHostCanBurn() {
        one.burn();
        assertThat(busy(one)).isPositive();

        one.cool();
        await("its processors are free").atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(busy(one))
                .isZero());
    }

    private static long busy(Host host) {
        return host.run("ps", "-eo", "args").lines().stream()
                .filter(line -> line.startsWith("sh -c while"))
                .count();
    }

    @Test
    void aDaemonCanHaveItsOwnClockAndASlowDisk() {
        two.skepd().clock(Duration.ofHours(1)).slowDisk(Duration.ofMillis(50)).start();

        String last = two.skepd().log().lines().reduce((a, b) -> b).orElseThrow();
        assertThat(Instant.parse(last.split(" ")[0])).isAfter(Instant.now().plusSeconds(3000));

        two.skepd().stop();
        two.skepd().clock(Duration.ZERO).slowDisk(Duration.ZERO);
    }

    @Test
    void aDaemonCanBeFrozen() {
        one.skepd().start();
        assertThat(one.skep("version").status()).isZero();

        one.skepd().freeze();
        assertThat(one.run("sh", "-c", "cat /proc/*/stat | grep -c ' T '").expectSuccess())
                .isEqualTo("1\n");

        one.skepd().thaw();
        assertThat(one.skep("version").status()).isZero();
        one.skepd().kill();
        assertThat(one.skepd().running()).isFalse();
    }

    @Test
    void whatHappenedToAllCanBeTold() {
        Diagnosis diagnosis = Diagnosis.from(hosts.all());
        one.skepd().start();
        one.skep("node ls");
        one.skepd().kill();
        two.powerOff();
        String text = diagnosis.text();
        String later = Diagnosis.from(hosts.all()).text();
        two.powerOn();

        assertThat(text)
                .contains("host1, without a daemon, was last asked node ls: status 1", "host2, without power")
                .containsPattern("host1 \\d{4}-.* starts, process");
        assertThat(later).doesNotContain("starts, process");
    }

    private static boolean reaches(Host from, String to) {
        return from.run("busybox", "ping", "-c", "1", "-W", "1", to).status() == 0;
    }
}
