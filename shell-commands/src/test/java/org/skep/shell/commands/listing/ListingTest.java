package org.skep.shell.commands.listing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.PortConfig;

class ListingTest {

    @ParameterizedTest
    @CsvSource({
        "0, Less than a second",
        "1, 1 second",
        "59, 59 seconds",
        "60, About a minute",
        "119, About a minute",
        "120, 2 minutes",
        "3599, 59 minutes",
        "3600, About an hour",
        "7200, 2 hours",
        "172800, 2 days",
        "1209600, 2 weeks",
        "5184000, 2 months",
        "63072000, 2 years"
    })
    void roundsAges(long seconds, String words) {
        assertThat(Ages.words(Duration.ofSeconds(seconds))).isEqualTo(words);
    }

    @Test
    void countsNumbersInNames() {
        List<String> names = new ArrayList<>(List.of("web.10", "web.2", "api.1", "web.1", "web", "web.02"));
        names.sort(new NaturalOrder());
        assertThat(names).containsExactly("api.1", "web", "web.1", "web.02", "web.2", "web.10");
    }

    @Test
    void mergesRangesOfPorts() {
        assertThat(PortList.print(List.of(port(8081, 81), port(9000, 90), port(8080, 80), port(0, 70))))
                .isEqualTo("*:8080-8081->80-81/tcp, *:9000->90/tcp");
    }

    private static PortConfig port(int published, int target) {
        return PortConfig.newBuilder()
                .setPublishMode(PortConfig.PublishMode.HOST)
                .setPublishedPort(published)
                .setTargetPort(target)
                .build();
    }

    @Test
    void cutsLongTexts() {
        assertThat(Texts.cut("no such\nimage: registry/nope:latest", 16)).isEqualTo("no such image: \u2026");
        assertThat(Texts.cut("short", 16)).isEqualTo("short");
    }
}
