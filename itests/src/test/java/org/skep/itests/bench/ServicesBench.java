package org.skep.itests.bench;

import java.util.List;
import org.skep.itests.hosts.Host;
import org.skep.itests.hosts.Hosts;
import org.skep.itests.peer.Contender;

/** Services that come, grow, change, fail and go, on three hosts that are all managers. */
public final class ServicesBench extends HostsBench {

    private static final int MANY = 30;
    private static final int SOME = 10;

    private ServicesBench(Contender contender, Hosts hosts, boolean quick) {
        super(contender, hosts, quick);
    }

    public static void main(String[] arguments) {
        run(ServicesBench::new, 3, arguments);
    }

    @Override
    void measure() {
        Host first = hosts.get(1);
        contender.join(hosts.get(2), first, true);
        contender.join(hosts.get(3), first, true);
        await(() -> contender.reachable(first, hosts.get(2)) && contender.reachable(first, hosts.get(3)));
        int rounds = quick ? 1 : 5;
        createAndScale(first, rounds);
        update(first, rounds, "stop-first");
        update(first, rounds, "start-first");
        replace(first, rounds);
    }

    private void createAndScale(Host asked, int rounds) {
        double[] gone = new double[rounds];
        noteMedian("create 30 replicas, until all run", rounds, round -> {
            String service = "many" + round;
            double seconds = seconds(
                    () -> contender.createService(asked, service, MANY),
                    () -> contender.running(asked, service).size() == MANY);
            gone[round] =
                    seconds(() -> contender.service(asked, "scale", "--detach", service + "=0"), this::noContainers);
            contender.removeService(asked, service);
            return seconds;
        });
        noteMedian("scale 30 to 0, until no container is left", rounds, round -> gone[round]);
    }

    private void update(Host asked, int rounds, String order) {
        String service = order;
        contender.createService(asked, service, SOME);
        awaitRunning(asked, service, SOME);
        noteMedian(
                "update 10 by 2 without delay, " + order + ", until completed",
                rounds,
                round -> seconds(
                        () -> contender.service(
                                asked,
                                "update",
                                "--detach",
                                "--update-parallelism=2",
                                "--update-delay=0s",
                                "--update-monitor=100ms",
                                "--update-order=" + order,
                                "--env-add=ROUND=" + round,
                                service),
                        () -> contender.updateState(asked, service).equals("completed")));
        contender.removeService(asked, service);
        awaitNoContainers();
    }

    private void replace(Host asked, int rounds) {
        String service = "killed";
        contender.createService(asked, service, 3, "--restart-delay=0s");
        awaitRunning(asked, service, 3);
        noteMedian("a container killed, until its replacement runs", rounds, round -> {
            String container = asked.engine().docker("ps", "-q").lines().get(0);
            List<String> before = contender.runningTasks(asked, service);
            return seconds(() -> asked.engine().docker("kill", container).expectSuccess(), () -> {
                List<String> now = contender.runningTasks(asked, service);
                return now.size() == 3 && !before.containsAll(now);
            });
        });
        contender.removeService(asked, service);
        awaitNoContainers();
    }
}
