package org.skep.agent;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.skep.api.SkepException;
import org.skep.api.network.NetworkDescription;
import org.skep.api.network.NetworkDriver;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.volume.VolumeDescription;
import org.skep.api.volume.VolumeDriver;
import org.skep.protocol.Driver;
import org.skep.protocol.IPAMConfig;
import org.skep.protocol.Mount;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkAttachment;
import org.skep.protocol.Task;
import org.skep.protocol.worker.WorkerTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets tasks the volumes and networks they need from the drivers, and gives them back. All methods may block. A task's
 * record names what it may hold from before the driver is asked until after the driver took it back, so that nothing is
 * forgotten, whenever the daemon ends.
 */
final class Attachments {

    private static final Logger LOG = LoggerFactory.getLogger(Attachments.class);
    private static final String LOCAL = "local";

    /** Recorded while the driver is being asked. */
    private static final String ASKED = "";

    private final Drivers drivers;

    /** Drivers are never called at once for the same volume or network. */
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    private final Map<String, Set<String>> networkUsers = new ConcurrentHashMap<>();

    Attachments(Drivers drivers) {
        this.drivers = drivers;
    }

    /** The task, kept by an earlier life of the daemon, uses its networks. */
    void remember(WorkerTask record) {
        record.getNetworkNamesMap().keySet().forEach(network -> users(network)
                .add(record.getTask().getId()));
    }

    /**
     * Makes everything available; finds done what is done.
     *
     * @throws WaitingException naming a driver that is missing
     * @throws SkepException with a driver's reason
     */
    void attach(TaskRecord record) throws InterruptedException {
        Task task = record.task();
        for (Mount mount : volumeMounts(task)) {
            VolumeDriver driver = volumeDriver(mount);
            try (Lock lock = lock("volume " + volume(task, mount).name())) {
                if (!record.content().containsVolumePaths(mount.getTarget())) {
                    record.change(builder -> builder.putVolumePaths(mount.getTarget(), ASKED));
                }
                Path path = driver.mount(volume(task, mount), task.getId());
                record.change(builder -> builder.putVolumePaths(mount.getTarget(), path.toString()));
            }
        }
        for (NetworkAttachment attachment : task.getNetworksList()) {
            Network network = attachment.getNetwork();
            NetworkDriver driver = networkDriver(network);
            try (Lock lock = lock("network " + network.getId())) {
                users(network.getId()).add(task.getId());
                if (!record.content().containsNetworkNames(network.getId())) {
                    record.change(builder -> builder.putNetworkNames(network.getId(), ASKED));
                }
                String name = driver.ensure(describe(network));
                record.change(builder -> builder.putNetworkNames(network.getId(), name));
            }
        }
    }

    /**
     * Gives back what the drivers that are there can take.
     *
     * @return whether nothing is left
     * @throws SkepException if a driver cannot do so at the moment
     */
    boolean detach(TaskRecord record) throws InterruptedException {
        Task task = record.task();
        for (Mount mount : volumeMounts(task)) {
            if (record.content().containsVolumePaths(mount.getTarget())) {
                var driver = drivers.volume(driverName(mount));
                if (driver.isPresent()) {
                    try (Lock lock = lock("volume " + volume(task, mount).name())) {
                        giveBack(() -> driver.get().unmount(volume(task, mount), task.getId()));
                    }
                    record.change(builder -> builder.removeVolumePaths(mount.getTarget()));
                }
            }
        }
        for (NetworkAttachment attachment : task.getNetworksList()) {
            Network network = attachment.getNetwork();
            var driver = drivers.network(driverName(network));
            if (record.content().containsNetworkNames(network.getId()) && driver.isPresent()) {
                try (Lock lock = lock("network " + network.getId())) {
                    users(network.getId()).remove(task.getId());
                    if (users(network.getId()).isEmpty()) {
                        giveBack(() -> driver.get().release(describe(network)));
                    }
                }
                record.change(builder -> builder.removeNetworkNames(network.getId()));
            }
        }
        return record.content().getVolumePathsCount() == 0 && record.content().getNetworkNamesCount() == 0;
    }

    /** Deletes the volumes that were made for this task alone. */
    void removeAnonymousVolumes(Task task) throws InterruptedException {
        for (Mount mount : volumeMounts(task)) {
            if (mount.getSource().isEmpty()) {
                var driver = drivers.volume(driverName(mount));
                if (driver.isPresent()) {
                    try (Lock lock = lock("volume " + volume(task, mount).name())) {
                        giveBack(() -> driver.get().remove(volume(task, mount)));
                    }
                }
            }
        }
    }

    static boolean needsAny(Task task) {
        return task.getNetworksCount() > 0 || !volumeMounts(task).isEmpty();
    }

    /** Whether all that the task needs was made available before. */
    static boolean attached(WorkerTask record) {
        return volumeMounts(record.getTask()).stream().allMatch(mount -> mounted(record, mount))
                && record.getTask().getNetworksList().stream()
                        .allMatch(attachment ->
                                ensured(record, attachment.getNetwork().getId()));
    }

    static boolean mounted(WorkerTask record, Mount mount) {
        return !record.getVolumePathsOrDefault(mount.getTarget(), ASKED).equals(ASKED);
    }

    static boolean ensured(WorkerTask record, String networkId) {
        return !record.getNetworkNamesOrDefault(networkId, ASKED).equals(ASKED);
    }

    private VolumeDriver volumeDriver(Mount mount) {
        String name = driverName(mount);
        return drivers.volume(name).orElseThrow(() -> new WaitingException("no volume driver " + name));
    }

    private NetworkDriver networkDriver(Network network) {
        String name = driverName(network);
        return drivers.network(name).orElseThrow(() -> new WaitingException("no network driver " + name));
    }

    private static List<Mount> volumeMounts(Task task) {
        return task.getSpec().getContainer().getMountsList().stream()
                .filter(mount -> mount.getType() == Mount.Type.VOLUME)
                .toList();
    }

    private static String driverName(Mount mount) {
        String name = mount.getVolumeOptions().getDriverConfig().getName();
        return name.isEmpty() ? LOCAL : name;
    }

    private static String driverName(Network network) {
        String name = network.getDriverState().getName();
        return name.isEmpty() ? network.getSpec().getDriverConfig().getName() : name;
    }

    private static VolumeDescription volume(Task task, Mount mount) {
        String name = mount.getSource().isEmpty() ? anonymous(task, mount) : mount.getSource();
        return new VolumeDescription(
                name, mount.getVolumeOptions().getDriverConfig().getOptionsMap());
    }

    /** The same name in every life of the daemon, and another for every task and target. */
    private static String anonymous(Task task, Mount mount) {
        String key = task.getId() + mount.getTarget();
        return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8))
                .toString()
                .replace("-", "");
    }

    private static NetworkDescription describe(Network network) {
        Driver driver = network.hasDriverState()
                ? network.getDriverState()
                : network.getSpec().getDriverConfig();
        List<NetworkDescription.Subnet> subnets = new ArrayList<>();
        for (IPAMConfig config : network.getIpam().getConfigsList()) {
            subnets.add(new NetworkDescription.Subnet(config.getSubnet(), config.getRange(), config.getGateway()));
        }
        return new NetworkDescription(
                network.getId(),
                network.getSpec().getAnnotations().getName(),
                driver.getOptionsMap(),
                network.getSpec().getAnnotations().getLabelsMap(),
                subnets,
                network.getSpec().getInternal(),
                network.getSpec().getIpv6Enabled());
    }

    private Set<String> users(String networkId) {
        return networkUsers.computeIfAbsent(networkId, id -> java.util.Collections.synchronizedSet(new HashSet<>()));
    }

    /** What passes, or was broken off, is to be tried again; what a driver refuses for good is lost to it. */
    private static void giveBack(Runnable call) throws InterruptedException {
        try {
            call.run();
        } catch (RuntimeException e) {
            if (e instanceof SkepException known && known.code().equals(RuntimeDriver.UNAVAILABLE)) {
                throw e;
            }
            LOG.warn("a driver could not take back what a task used: {}", e.toString());
        }
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private Lock lock(String name) throws InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(name, key -> new ReentrantLock());
        lock.lockInterruptibly();
        return lock::unlock;
    }

    private interface Lock extends AutoCloseable {
        @Override
        void close();
    }
}
