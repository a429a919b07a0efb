package org.skep.shell.commands.tree;

import java.util.List;
import java.util.Map;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ContainerSpec.DNSConfig;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.Mount;

/** Containers in full, with the field names of docker's API. */
final class ContainerTree {

    private ContainerTree() {}

    static Map<String, Object> of(ContainerSpec container) {
        return new Tree()
                .put("Image", container.getImage())
                .some("Labels", Tree.sorted(container.getLabelsMap()))
                .some("Command", List.copyOf(container.getCommandList()))
                .some("Args", List.copyOf(container.getArgsList()))
                .some("Hostname", container.getHostname())
                .some("Env", List.copyOf(container.getEnvList()))
                .some("Dir", container.getDir())
                .some("User", container.getUser())
                .some("Groups", List.copyOf(container.getGroupsList()))
                .has(container.hasInit(), "Init", container.getInit(), init -> init.getValue())
                .some("StopSignal", container.getStopSignal())
                .some("TTY", container.getTty())
                .some("OpenStdin", container.getOpenStdin())
                .some("ReadOnly", container.getReadOnly())
                .some("Mounts", Tree.list(container.getMountsList(), ContainerTree::mount))
                .has(container.hasStopGracePeriod(), "StopGracePeriod", container.getStopGracePeriod(), Tree::nanos)
                .has(container.hasHealthcheck(), "Healthcheck", container.getHealthcheck(), ContainerTree::health)
                .some("Hosts", List.copyOf(container.getHostsList()))
                .put("DNSConfig", dns(container.getDnsConfig()))
                .some("CapabilityAdd", List.copyOf(container.getCapabilityAddList()))
                .some("CapabilityDrop", List.copyOf(container.getCapabilityDropList()))
                .some("Sysctls", Tree.sorted(container.getSysctlsMap()))
                .some("Ulimits", Tree.list(container.getUlimitsList(), ulimit -> new Tree()
                        .put("Name", ulimit.getName())
                        .put("Hard", ulimit.getHard())
                        .put("Soft", ulimit.getSoft())
                        .build()))
                .some("OomScoreAdj", container.getOomScoreAdj())
                .put("Isolation", Tree.word(container.getIsolation()).replace("isolation-", ""))
                .build();
    }

    private static Map<String, Object> dns(DNSConfig dns) {
        return new Tree()
                .some("Nameservers", List.copyOf(dns.getNameserversList()))
                .some("Search", List.copyOf(dns.getSearchList()))
                .some("Options", List.copyOf(dns.getOptionsList()))
                .build();
    }

    private static Map<String, Object> mount(Mount mount) {
        return new Tree()
                .put("Type", Tree.word(mount.getType()))
                .some("Source", mount.getSource())
                .put("Target", mount.getTarget())
                .some("ReadOnly", mount.getReadonly())
                .some(
                        "Consistency",
                        mount.getConsistency() == Mount.Consistency.DEFAULT ? "" : Tree.word(mount.getConsistency()))
                .has(mount.hasBindOptions(), "BindOptions", mount.getBindOptions(), bind -> new Tree()
                        .put("Propagation", Tree.word(bind.getPropagation()))
                        .some("NonRecursive", bind.getNonrecursive())
                        .some("CreateMountpoint", bind.getCreatemountpoint())
                        .some("ReadOnlyNonRecursive", bind.getReadonlynonrecursive())
                        .some("ReadOnlyForceRecursive", bind.getReadonlyforcerecursive())
                        .build())
                .has(mount.hasVolumeOptions(), "VolumeOptions", mount.getVolumeOptions(), volume -> new Tree()
                        .some("NoCopy", volume.getNocopy())
                        .some("Labels", Tree.sorted(volume.getLabelsMap()))
                        .has(volume.hasDriverConfig(), "DriverConfig", volume.getDriverConfig(), driver -> new Tree()
                                .some("Name", driver.getName())
                                .some("Options", Tree.sorted(driver.getOptionsMap()))
                                .build())
                        .some("Subpath", volume.getSubpath())
                        .build())
                .has(mount.hasTmpfsOptions(), "TmpfsOptions", mount.getTmpfsOptions(), tmpfs -> new Tree()
                        .some("SizeBytes", tmpfs.getSizeBytes())
                        .some("Mode", tmpfs.getMode())
                        .build())
                .build();
    }

    private static Map<String, Object> health(HealthConfig health) {
        return new Tree()
                .some("Test", List.copyOf(health.getTestList()))
                .some("Interval", Tree.nanos(health.getInterval()))
                .some("Timeout", Tree.nanos(health.getTimeout()))
                .some("StartPeriod", Tree.nanos(health.getStartPeriod()))
                .some("StartInterval", Tree.nanos(health.getStartInterval()))
                .some("Retries", health.getRetries())
                .build();
    }
}
