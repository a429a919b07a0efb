package org.skep.itests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.skep.itests.Commands;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;

/** A worker that was off for longer than its certificate lasts. */
class ExpiryIT {

    @RegisterExtension
    static final Hosts hosts = Hosts.of(2);

    private final Host manager = hosts.get(1);
    private final Host worker = hosts.get(2);

    @Test
    void anExpiredCertificateIsNotAccepted() {
        Swarm swarm = Swarm.of(List.of(manager), List.of(worker));
        worker.skepd().stop();
        for (int days : List.of(75, 100)) {
            // on the first day the manager is due to renew its own, which then still holds on the second
            manager.skepd().stop();
            manager.skepd().clock(Duration.ofDays(days)).start();
            Swarm.eventually("a leader", () -> manager.skep("node ls").status() == 0);
            Swarm.eventually("the manager's certificate is new", () -> holds(manager, days + 1));
        }
        worker.skepd().clock(Duration.ofDays(100)).start();

        Swarm.eventually(
                "the refusal is logged",
                () -> worker.skepd().log().contains("expired")
                        || worker.skep("info").out().contains("expired"));
        assertThat(Swarm.status(manager, worker)).isNotEqualTo("Ready");
        assertThat(holds(worker, 100)).as("the worker's certificate").isFalse();

        worker.skep("swarm leave --force").expectSuccess();
        worker.skep("swarm join --token %s %s".formatted(swarm.token("worker"), manager.address()))
                .expectSuccess();
        swarm.dissolve();
    }

    private static boolean holds(Host host, long days) {
        return Commands.run(List.of(
                                "openssl",
                                "x509",
                                "-noout",
                                "-checkend",
                                Long.toString(Duration.ofDays(days).toSeconds()),
                                "-in",
                                host.state().resolve("keys/node.pem").toString()))
                        .status()
                == 0;
    }
}
