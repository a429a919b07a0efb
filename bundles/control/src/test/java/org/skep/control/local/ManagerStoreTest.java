package org.skep.control.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.control.local.Manager.assertRefused;
import static org.skep.control.testing.Users.ANN;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.skep.api.SkepException;
import org.skep.api.node.SwarmMembership;
import org.skep.store.Proposer;

class ManagerStoreTest {

    private static final Proposer PROPOSER = entry -> null;
    private static final SwarmMembership MEMBERSHIP = new SwarmMembership("n", "c");

    private final Manager manager = new Manager();

    @Test
    void everyFacadeSaysThatThereIsNoSwarm() {
        ManagerStore outside = manager.access;
        String hint = "this node is not a swarm manager (use \"swarm init\" to make it one)";

        assertRefused("NOT_A_MANAGER", hint, () -> new LocalServices(outside, new Strategies()).list());
        assertRefused("NOT_A_MANAGER", hint, () -> new LocalServices(outside, new Strategies())
                .create(Manager.spec("web"), ANN));
        assertRefused("NOT_A_MANAGER", hint, () -> new LocalNodes(outside).get("self"));
        assertRefused("NOT_A_MANAGER", hint, () -> new LocalTasks(outside).list());
        assertRefused("NOT_A_MANAGER", hint, () -> new LocalConfigs(outside).list());
        assertRefused(
                "NOT_A_MANAGER", hint, () -> new LocalNetworks(outside, manager.drivers).create(Manager.network("a")));
        assertRefused("NOT_A_MANAGER", hint, () -> new LocalVolumes(outside, manager.drivers).remove("a"));
        assertRefused("NOT_A_MANAGER", hint, () -> new LocalServiceChanges(outside).follow("a"));
    }

    @Test
    void withoutALeaderWritesAreRefusedAndReadsGoOn() {
        manager.access.bindMembership(MEMBERSHIP);
        manager.access.bindStore(manager.store);

        assertThat(manager.access.view().services().size()).isZero();
        assertRefused("NO_LEADER", "no leader", () -> manager.access.update(tx -> null));
    }

    @Test
    void callersWaitForALeaderThatIsOnItsWay() throws Exception {
        ManagerStore patient = new ManagerStore(Duration.ofSeconds(10));
        patient.bindMembership(MEMBERSHIP);
        CompletableFuture<String> write = CompletableFuture.supplyAsync(() -> patient.update(tx -> "written"));

        patient.bindStore(manager.store);
        patient.bindProposer(PROPOSER);

        assertThat(write.get(10, TimeUnit.SECONDS)).isEqualTo("written");
    }

    @Test
    void nobodyWaitsTwiceInVain() {
        ManagerStore patient = new ManagerStore(Duration.ofMillis(200));
        patient.bindMembership(MEMBERSHIP);
        assertRefused("NO_LEADER", "no leader", patient::view);
        long start = System.nanoTime();

        assertRefused("NO_LEADER", "no leader", patient::view);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(200));
        patient.bindStore(manager.store);
        patient.bindProposer(PROPOSER);
        assertThat(patient.view()).isNotNull();
    }

    @Test
    void theStoreMayLearnOfTheLeadLater() throws Exception {
        Manager leading = Manager.leading();
        leading.store.loseLead();
        CompletableFuture<String> write = CompletableFuture.supplyAsync(() -> leading.access.update(tx -> "written"));

        leading.store.gainLead();

        assertThat(write.get(10, TimeUnit.SECONDS)).isEqualTo("written");
        leading.store.loseLead();
        assertRefused("NO_LEADER", "does not lead", () -> leading.access.update(tx -> "refused"));
    }

    @Test
    void leavingEndsTheWaiting() throws Exception {
        ManagerStore patient = new ManagerStore(Duration.ofSeconds(10));
        patient.bindMembership(MEMBERSHIP);
        CompletableFuture<String> write = CompletableFuture.supplyAsync(() -> patient.update(tx -> "written"));

        patient.unbindMembership(MEMBERSHIP);

        assertThat(write.handle((result, failure) -> failure.getCause()).get(10, TimeUnit.SECONDS))
                .isInstanceOf(SkepException.class);
    }

    @Test
    void whatTheDiskRefusesReachesTheCaller() {
        Manager leading = Manager.leading();
        leading.store.failWrites(SkepException.resource("LOG_UNWRITABLE", "no space left", "", null));

        assertRefused("LOG_UNWRITABLE", "no space", () -> new LocalServices(leading.access, new Strategies())
                .create(Manager.spec("a"), ANN));
        assertThat(new LocalServices(leading.access, new Strategies()).list()).isEmpty();
    }
}
