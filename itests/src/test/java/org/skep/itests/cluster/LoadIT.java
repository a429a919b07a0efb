package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.hosts.Hosts;

/** Half a minute of it; {@code itests/bench/run load} takes ten. */
class LoadIT {

    @RegisterExtension
    static final Hosts hosts = Hosts.of(Load.HOSTS);

    @Test
    void busyProcessorsAreNoReasonForAnElectionOrALostNode() {
        try (Load load = new Load(hosts)) {
            Load.Toll toll = load.bear(Duration.ofSeconds(30));

            System.out.println(toll);
            assertThat(toll).matches(Load.Toll::isNone);
        }
    }
}
