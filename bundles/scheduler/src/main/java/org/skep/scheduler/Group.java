package org.skep.scheduler;

import com.google.protobuf.Message;
import org.skep.protocol.Task;

/**
 * Tasks that any node suits as well or as badly: those of one version of a service, and those without a service that ask
 * for the same.
 *
 * @param asked what a task without a service asks for; else null
 */
record Group(SpecKey key, Message asked) {

    private static final SpecKey NO_SERVICE = new SpecKey("", -1);

    static Group of(Task task) {
        SpecKey key = SpecKey.of(task);
        return key.id().equals(task.getId()) ? new Group(NO_SERVICE, asked(task)) : new Group(key, null);
    }

    private static Message asked(Task task) {
        return Task.newBuilder()
                .setSpec(task.getSpec())
                .setEndpoint(task.getEndpoint())
                .addAllNetworks(task.getNetworksList())
                .setLogDriver(task.getLogDriver())
                .build();
    }
}
