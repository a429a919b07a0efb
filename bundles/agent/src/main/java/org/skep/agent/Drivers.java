package org.skep.agent;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.skep.api.network.NetworkDriver;
import org.skep.api.node.NodeConfig;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.volume.VolumeDriver;

/** The drivers this node has at this moment. Bundles bring and take them at any time. */
@Component(service = Drivers.class)
public final class Drivers {

    private static final Map<NodeConfig.RuntimeChoice, String> DEMANDED = Map.of(
            NodeConfig.RuntimeChoice.AUTO, "",
            NodeConfig.RuntimeChoice.DOCKER, " docker",
            NodeConfig.RuntimeChoice.PROCESS, " process");

    private final Map<String, VolumeDriver> volumes = new TreeMap<>();
    private final Map<String, NetworkDriver> networks = new TreeMap<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private NodeRuntime runtime;
    private String runtimeName;

    @Activate
    public Drivers(@Reference NodeConfig config) {
        runtimeName = DEMANDED.get(config.runtime());
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            target = "(skep.driver=*)")
    void addVolumeDriver(VolumeDriver driver, Map<String, Object> properties) {
        synchronized (this) {
            volumes.put(name(properties), driver);
        }
        changed();
    }

    void removeVolumeDriver(VolumeDriver driver, Map<String, Object> properties) {
        synchronized (this) {
            volumes.remove(name(properties), driver);
        }
        changed();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            target = "(skep.driver=*)")
    void addNetworkDriver(NetworkDriver driver, Map<String, Object> properties) {
        synchronized (this) {
            networks.put(name(properties), driver);
        }
        changed();
    }

    void removeNetworkDriver(NetworkDriver driver, Map<String, Object> properties) {
        synchronized (this) {
            networks.remove(name(properties), driver);
        }
        changed();
    }

    @Reference(cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    void setRuntime(NodeRuntime value) {
        synchronized (this) {
            runtime = value;
            runtimeName = " " + value.name();
        }
        changed();
    }

    void unsetRuntime(NodeRuntime value) {
        synchronized (this) {
            if (runtime == value) {
                runtime = null;
            }
        }
        changed();
    }

    synchronized Optional<VolumeDriver> volume(String name) {
        return Optional.ofNullable(volumes.get(name));
    }

    synchronized Optional<NetworkDriver> network(String name) {
        return Optional.ofNullable(networks.get(name));
    }

    synchronized Optional<NodeRuntime> runtime() {
        return Optional.ofNullable(runtime);
    }

    /** What to say while there is no runtime: names the one that was demanded, or that was here before. */
    synchronized String missingRuntime() {
        return "no runtime driver" + runtimeName;
    }

    synchronized List<String> volumeNames() {
        return List.copyOf(volumes.keySet());
    }

    synchronized List<String> networkNames() {
        return List.copyOf(networks.keySet());
    }

    /** @return stops the calls */
    Runnable onChange(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void changed() {
        listeners.forEach(Runnable::run);
    }

    private static String name(Map<String, Object> properties) {
        return String.valueOf(properties.get("skep.driver"));
    }
}
