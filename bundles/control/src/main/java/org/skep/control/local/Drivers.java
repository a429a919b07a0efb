package org.skep.control.local;

import java.util.Map;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.skep.api.SkepException;
import org.skep.api.network.NetworkDriver;
import org.skep.api.volume.VolumeDriver;

/** The volume and network drivers of this node, by name, as they come and go. */
@Component(service = Drivers.class)
public final class Drivers {

    private static final String NAME = "skep.driver";

    private final Map<String, VolumeDriver> volumes = new TreeMap<>();
    private final Map<String, NetworkDriver> networks = new TreeMap<>();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindVolume(VolumeDriver driver, Map<String, Object> properties) {
        add(volumes, driver, properties);
    }

    void unbindVolume(VolumeDriver driver) {
        drop(volumes, driver);
    }

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bindNetwork(NetworkDriver driver, Map<String, Object> properties) {
        add(networks, driver, properties);
    }

    void unbindNetwork(NetworkDriver driver) {
        drop(networks, driver);
    }

    VolumeDriver volume(String name) {
        return get("volume", volumes, name);
    }

    NetworkDriver network(String name) {
        return get("network", networks, name);
    }

    private static <T> T get(String kind, Map<String, T> drivers, String name) {
        synchronized (drivers) {
            T driver = drivers.get(name);
            if (driver == null) {
                String known = drivers.isEmpty() ? "there are none" : "there is " + String.join(", ", drivers.keySet());
                throw SkepException.state(
                        "NO_SUCH_DRIVER",
                        "no " + kind + " driver \"" + Shown.of(name) + "\" on this node",
                        known + "; \"bundle install\" brings another");
            }
            return driver;
        }
    }

    private static <T> void add(Map<String, T> drivers, T driver, Map<String, Object> properties) {
        if (properties.get(NAME) instanceof String name) {
            synchronized (drivers) {
                drivers.put(name, driver);
            }
        }
    }

    private static <T> void drop(Map<String, T> drivers, T driver) {
        synchronized (drivers) {
            drivers.values().removeIf(known -> known == driver);
        }
    }
}
