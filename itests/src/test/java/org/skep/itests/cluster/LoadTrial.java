package org.skep.itests.cluster;

import java.time.Duration;
import org.skep.itests.cluster.Load.Toll;
import org.skep.itests.hosts.Hosts;

/**
 * {@code itests/bench/run load}: prints {@code what|Skep|unit|} for each figure; ends with 1 if there was an election, a lost
 * node or a replaced task. The argument says for how many minutes.
 */
public final class LoadTrial {

    private LoadTrial() {}

    public static void main(String[] arguments) {
        Hosts hosts = Hosts.of(Load.HOSTS);
        hosts.start("load");
        boolean well = false;
        try (Load load = new Load(hosts)) {
            Toll toll = load.bear(Duration.ofMinutes(Long.parseLong(arguments[0])));
            print("elections under load", toll.elections(), "");
            print("managers out of touch under load", toll.silences(), "");
            print("nodes taken for lost under load", toll.down(), "");
            print("tasks replaced under load", toll.tasks(), "");
            print("writes acknowledged under load", toll.writes(), "");
            print(
                    "longest time without an acknowledged write",
                    toll.longestPause().toMillis() / 1e3,
                    "s");
            well = toll.isNone();
        } finally {
            hosts.close(!well);
        }
        System.exit(well ? 0 : 1);
    }

    private static void print(String what, Number figure, String unit) {
        System.out.println(what + "|" + figure + "|" + unit + "|");
    }
}
