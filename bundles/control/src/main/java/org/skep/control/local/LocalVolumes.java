package org.skep.control.local;

import java.util.Comparator;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.control.Volumes;
import org.skep.protocol.Annotations;
import org.skep.protocol.Driver;
import org.skep.protocol.Ids;
import org.skep.protocol.Mount;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.TaskState;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;
import org.skep.store.Kind;
import org.skep.store.Transaction;

/** Volumes, on this manager's store. Their drivers are asked whether options are right, and nothing else. */
@Component(service = LocalVolumes.class)
public final class LocalVolumes implements Volumes {

    private static final String DEFAULT_DRIVER = "local";

    private final ManagerStore store;
    private final Drivers drivers;

    @Activate
    public LocalVolumes(@Reference ManagerStore store, @Reference Drivers drivers) {
        this.store = store;
        this.drivers = drivers;
    }

    @Override
    public List<Volume> list() {
        return store.view().volumes().all().stream()
                .sorted(Comparator.comparing(LocalVolumes::name))
                .toList();
    }

    @Override
    public Volume get(String reference) {
        return References.resolve("volume", reference, store.view().volumes(), LocalVolumes::name);
    }

    @Override
    public Volume create(VolumeSpec spec) {
        VolumeSpec complete = complete(spec);
        store.requireLead(); // Where that is wrong, it is what to say first.
        check(complete);
        Volume volume =
                Volume.newBuilder().setId(Ids.random()).setSpec(complete).build();
        Volume decided = store.update(tx -> tx.volumes()
                .named(name(volume))
                .map(existing -> same(existing, complete))
                .orElseGet(() -> {
                    tx.create(volume);
                    return volume;
                }));
        return store.known().volumes().get(decided.getId()).orElse(decided);
    }

    @Override
    public void remove(String reference) {
        store.update(tx -> {
            Volume volume = References.resolve("volume", reference, tx.volumes(), LocalVolumes::name);
            checkUnused(tx, name(volume));
            tx.delete(Kind.VOLUME, volume.getId());
            return null;
        });
    }

    /**
     * A service's mounts make the volumes that are not there yet, with the driver they name: what holds data is listed. What
     * a template names is known to the nodes only.
     */
    static void createMounted(ServiceSpec service, Transaction tx) {
        for (Mount mount : service.getTask().getContainer().getMountsList()) {
            if (mount.getType() == Mount.Type.VOLUME
                    && !mount.getSource().isEmpty()
                    && !mount.getSource().contains("{{")
                    && tx.volumes().named(mount.getSource()).isEmpty()) {
                tx.create(Volume.newBuilder()
                        .setId(Ids.random())
                        .setSpec(complete(VolumeSpec.newBuilder()
                                .setAnnotations(Annotations.newBuilder().setName(mount.getSource()))
                                .setDriver(mount.getVolumeOptions().getDriverConfig())
                                .build()))
                        .build());
            }
        }
    }

    static String name(Volume volume) {
        return volume.getSpec().getAnnotations().getName();
    }

    private static VolumeSpec complete(VolumeSpec spec) {
        VolumeSpec.Builder complete = spec.toBuilder();
        if (spec.getAnnotations().getName().isEmpty()) {
            complete.getAnnotationsBuilder().setName(RandomNames.hex());
        }
        if (spec.getDriver().getName().isEmpty()) {
            complete.getDriverBuilder().setName(DEFAULT_DRIVER);
        }
        return complete.build();
    }

    private void check(VolumeSpec spec) {
        Limits.checkSize("volume", spec);
        Names.checkVolume(spec.getAnnotations().getName());
        Limits.checkLabels("volume", spec.getAnnotations().getLabelsMap());
        if (!spec.getGroup().isEmpty()
                || spec.hasAccessMode()
                || spec.getSecretsCount() > 0
                || spec.hasAccessibilityRequirements()
                || spec.hasCapacityRange()
                || spec.getAvailability() != VolumeSpec.VolumeAvailability.ACTIVE) {
            throw Refusals.notSupported("a cluster volume", "a name, a driver, options and labels");
        }
        Driver driver = spec.getDriver();
        drivers.volume(driver.getName()).validate(driver.getOptionsMap());
    }

    private static Volume same(Volume existing, VolumeSpec wanted) {
        Driver driver = existing.getSpec().getDriver();
        if (!name(existing).equals(wanted.getAnnotations().getName())) {
            throw Refusals.nameConflict("volume", wanted.getAnnotations().getName());
        }
        if (!driver.equals(wanted.getDriver())) {
            String difference = driver.getName().equals(wanted.getDriver().getName())
                    ? "other options"
                    : "the driver " + driver.getName();
            throw SkepException.state(
                    "NAME_CONFLICT",
                    "volume " + name(existing) + " already exists with " + difference
                            + ": name conflicts with an existing object",
                    "choose another name");
        }
        return existing;
    }

    private static void checkUnused(Transaction tx, String name) {
        List<String> services = tx.services().all().stream()
                .filter(service -> mounts(service.getSpec().getTask(), name))
                .map(LocalServices::name)
                .sorted()
                .toList();
        List<String> tasks = tx.tasks().all().stream()
                .filter(LocalVolumes::holdsMounts)
                .filter(task -> mounts(task.getSpec(), name))
                .map(TaskNames::full)
                .sorted()
                .toList();
        InUse.check("volume", name, services, tasks);
    }

    private static boolean holdsMounts(Task task) {
        return task.getStatus().getState().getNumber() <= TaskState.RUNNING_VALUE;
    }

    private static boolean mounts(TaskSpec task, String name) {
        return task.getContainer().getMountsList().stream()
                .anyMatch(mount -> mount.getType() == Mount.Type.VOLUME
                        && mount.getSource().equals(name));
    }
}
