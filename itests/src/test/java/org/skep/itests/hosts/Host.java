package org.skep.itests.hosts;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.skep.itests.Commands;
import org.skep.itests.Commands.Result;

/** A computer on the tests' network: an address, a name, processes, {@code /run} and a disk of its own. */
public final class Host {

    private final int number;
    private final Path home;
    private final Network network;
    private final Optional<Disk> disk;
    private final Skepd skepd;
    private final Engine engine;
    private final List<Process> fires = new ArrayList<>();
    private String address;
    private Enclosure place;

    Host(int number, Path home, Network network, Optional<Disk> disk, String cgroup) {
        this.number = number;
        this.address = Network.address(number);
        this.home = home;
        this.network = network;
        this.disk = disk;
        this.skepd = new Skepd(this);
        this.engine = new Engine(this, cgroup);
        try {
            Files.createDirectories(home.resolve("state"));
            Files.writeString(home.resolve("resolv.conf"), "nameserver %s%n".formatted(Network.gateway()));
            Files.writeString(
                    home.resolve("hosts"),
                    IntStream.rangeClosed(1, 50)
                            .mapToObj(n -> "%s host%d%n".formatted(Network.address(n), n))
                            .collect(Collectors.joining("", "127.0.0.1 localhost\n", "")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public int number() {
        return number;
    }

    public String name() {
        return "host" + number;
    }

    public String address() {
        return address;
    }

    /** Where this host's files are on the machine; kept when a test fails. */
    public Path home() {
        return home;
    }

    /** Its daemon's state directory, as seen from outside while the host is on. */
    public Path state() {
        Path state = home.resolve("state");
        return disk.isPresent() && place != null
                ? Path.of("/proc/" + place.init() + "/root")
                        .resolve(state.toString().substring(1))
                : state;
    }

    public Skepd skepd() {
        return skepd;
    }

    public Engine engine() {
        return engine;
    }

    public boolean isOn() {
        return place != null;
    }

    /** Boots, with the disk it had before. Nothing of Skep is started. */
    public Host powerOn() {
        List<String> init =
                new ArrayList<>(List.of("sh", Resources.file(home, "host-init").toString(), name(), home.toString()));
        disk.ifPresent(d -> init.add(d.file().toString()));
        place = new Enclosure(home.resolve("init.log"), init);
        network.plug(number, place, address);
        return this;
    }

    /** As if someone pulled the plug: first silence on the network, with no farewell, then sudden death. */
    public void powerOff() {
        if (isOn()) {
            network.pullOut(number);
            place.kill();
            place = null;
        }
    }

    /** A command line that runs a command on this host; it must be on. */
    public List<String> command(List<String> command) {
        return place.inside(command);
    }

    public Result run(String... command) {
        return Commands.run(command(List.of(command)));
    }

    public Result run(byte[] input, Duration deadline, List<String> command) {
        return Commands.run(command(command), input, Map.of(), deadline);
    }

    /** Runs a line in the shell of this host's daemon, as an operator does over SSH. */
    public Result skep(String line) {
        return skepd.shell().run(line);
    }

    Enclosure place() {
        return place;
    }

    /** The link stays up, but nothing passes in either direction. */
    public void unplug() {
        network.silence(number);
    }

    public void plugIn() {
        network.restore(number);
    }

    /** Loses silently what this host sends to another, not what the other sends to it. */
    public void dropTo(Host other) {
        network.drop(place, other.address);
    }

    /** Ends {@link #dropTo}. */
    public void dropNothing() {
        network.undrop(place);
    }

    /** Delays everything to and from this host, in each direction. Zero ends it. */
    public void delay(Duration delay) {
        if (delay.isZero()) {
            network.shorten(number);
        } else {
            network.lengthen(number, delay);
        }
    }

    /** Gives it another address from now on; its name still stands for the first one. */
    public void move(int station) {
        address = Network.address(station);
        network.assign(place, address);
    }

    /** Stops every process of this host, daemon, engine and tasks, until {@link #thaw}. */
    public void freeze() {
        signalAll("STOP");
    }

    public void thaw() {
        signalAll("CONT");
        place.wakeEntrances();
    }

    private void signalAll(String signal) {
        place.run("sh", "-c", "kill -s " + signal + " -1");
    }

    /** Leaves no room on its own disk. */
    public void fillDisk() {
        // twice: what is reserved for data under way is free again once that is written
        run("sh", "-c", "for i in 1 2; do cat /dev/zero >>%1$s; sync -f %1$s; done".formatted(ballast()));
    }

    public void makeRoom() {
        run("rm", "-f", ballast()).expectSuccess();
    }

    private String ballast() {
        return home + "/state/ballast";
    }

    /** Keeps every processor of the machine busy from within this host, as its services may, until {@link #cool}. */
    public void burn() {
        try {
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                fires.add(new ProcessBuilder(command(List.of("sh", "-c", "while :; do :; done"))).start());
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public void cool() {
        fires.forEach(fire -> fire.descendants().forEach(ProcessHandle::destroyForcibly));
        fires.clear();
    }

    void close() {
        skepd.keepLog();
        powerOff();
        engine.discard();
    }

    @Override
    public String toString() {
        return name();
    }
}
