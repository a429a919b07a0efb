package org.skep.scheduler;

import com.google.protobuf.Message;
import org.skep.protocol.Task;

/**
 * Tasks that any node suits as well or as badly: those of one version of a service, and those without a service that ask
 * for the same. A task that has its node already shares nothing with tasks that have another one.
 *
 * @param asked what a task without a service asks for; else null
 * @param nodeId where the tasks have to go; empty if that is open
 */
record Group(SpecKey key, Message asked, String nodeId) {

    private static final SpecKey NO_SERVICE = new SpecKey("", -1);

    static Group of(Task task) {
        SpecKey key = SpecKey.of(task);
        return key.id().equals(task.getId())
                ? new Group(NO_SERVICE, asked(task), task.getNodeId())
                : new Group(key, null, task.getNodeId());
    }

    private static Message asked(Task task) {
        return Task.newBuilder()
                .setSpec(task.getSpec())
                .setEndpoint(task.getEndpoint())
                .addAllNetworks(task.getNetworksList())
                .setLogDriver(task.getLogDriver())
                .build();
    }

    /** Whether its tasks have their node already. */
    boolean pinned() {
        return !nodeId.isEmpty();
    }
}
