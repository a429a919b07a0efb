package org.skep.shell.commands.flag;

import org.skep.protocol.ServiceSpec;

/** How many tasks are wanted of a service that counts them. */
public final class Replication {

    private Replication() {}

    /** Of a job, how many have to complete; one that was allowed none at a time may run all. */
    public static void set(ServiceSpec.Builder spec, long replicas) {
        if (!spec.hasReplicatedJob()) {
            spec.getReplicatedBuilder().setReplicas(replicas);
            return;
        }
        spec.getReplicatedJobBuilder().setTotalCompletions(replicas);
        if (spec.getReplicatedJob().getMaxConcurrent() == 0) {
            spec.getReplicatedJobBuilder().setMaxConcurrent(replicas);
        }
    }
}
