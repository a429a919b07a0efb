package org.skep.control.local;

import static org.skep.control.local.Refusals.notSupported;

import org.skep.api.SkepException;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.Resources;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.placement.Constraint;
import org.skep.protocol.placement.InvalidConstraintException;

/** What a specification of a service must satisfy whatever else is in the swarm. */
final class ServiceRules {

    private static final long MIN_NANO_CPUS = 1_000_000;
    private static final long MIN_MEMORY = 4L << 20;
    private static final int LONGEST_CONSTRAINT = 1024;

    private ServiceRules() {}

    static void check(ServiceSpec spec) {
        Limits.checkSize("service", spec);
        Names.checkDnsLabel("service", spec.getAnnotations().getName());
        Limits.checkLabels("service", spec.getAnnotations().getLabelsMap());
        checkTask(spec.getTask());
        checkMode(spec);
        if (spec.hasUpdate()) {
            checkUpdate("update", spec.getUpdate());
        }
        if (spec.hasRollback()) {
            checkUpdate("rollback", spec.getRollback());
            if (spec.getRollback().getFailureAction() == UpdateConfig.FailureAction.ROLLBACK) {
                throw SkepException.user(
                        "INVALID_UPDATE_CONFIG", "a failing rollback cannot be rolled back", "pause or continue");
            }
        }
        PortRules.check(spec.getEndpoint());
    }

    private static void checkTask(TaskSpec task) {
        switch (task.getRuntimeCase()) {
            case CONTAINER -> {}
            case ATTACHMENT -> throw notSupported("a service of network attachments", "");
            case GENERIC ->
                throw notSupported("the runtime \"" + task.getGeneric().getKind() + "\"", "");
            case RUNTIME_NOT_SET ->
                throw SkepException.user("INVALID_ARGUMENT", "service has no container to run", "name an image");
        }
        ContainerRules.check(task.getContainer());
        checkResources(task.getResources());
        checkRestart(task.getRestart());
        checkPlacement(task);
        if (task.hasLogDriver()) {
            throw notSupported("choosing a log driver", "");
        }
        if (task.getResourceReferencesCount() > 0) {
            throw notSupported("a reference to another object's resources", "");
        }
    }

    private static void checkResources(ResourceRequirements requirements) {
        checkResources("limit", requirements.getLimits());
        checkResources("reservation", requirements.getReservations());
        if (requirements.hasSwapBytes() || requirements.hasMemorySwappiness()) {
            throw notSupported("a limit of swap memory", "");
        }
        if (requirements.getLimits().getGenericCount()
                        + requirements.getReservations().getGenericCount()
                > 0) {
            throw notSupported("a generic resource", "");
        }
        checkReservationFits(
                "CPU",
                requirements.getReservations().getNanoCpus(),
                requirements.getLimits().getNanoCpus());
        checkReservationFits(
                "memory",
                requirements.getReservations().getMemoryBytes(),
                requirements.getLimits().getMemoryBytes());
    }

    private static void checkResources(String what, Resources resources) {
        if (resources.getNanoCpus() != 0 && resources.getNanoCpus() < MIN_NANO_CPUS) {
            throw SkepException.user("INVALID_RESOURCES", "CPU " + what + " is too small", "at least 0.001 CPUs");
        }
        if (resources.getMemoryBytes() != 0 && resources.getMemoryBytes() < MIN_MEMORY) {
            throw SkepException.user("INVALID_RESOURCES", "memory " + what + " is too small", "at least 4 MiB");
        }
    }

    private static void checkReservationFits(String what, long reservation, long limit) {
        if (limit != 0 && reservation > limit) {
            throw SkepException.user(
                    "INVALID_RESOURCES", what + " reservation is greater than the limit", "reserve at most the limit");
        }
    }

    private static void checkRestart(RestartPolicy restart) {
        if (restart.getCondition() == RestartPolicy.RestartCondition.UNRECOGNIZED) {
            throw SkepException.user("INVALID_RESTART_POLICY", "unknown restart condition", "none, on-failure or any");
        }
        Numbers.checkNotNegative("INVALID_RESTART_POLICY", "restart delay", restart.getDelay());
        Numbers.checkNotNegative("INVALID_RESTART_POLICY", "restart window", restart.getWindow());
        Numbers.checkCount("INVALID_RESTART_POLICY", "restart max attempts", restart.getMaxAttempts());
    }

    private static void checkPlacement(TaskSpec task) {
        for (String constraint : task.getPlacement().getConstraintsList()) {
            if (constraint.length() > LONGEST_CONSTRAINT) {
                throw SkepException.user(
                        "INVALID_CONSTRAINT", "constraint \"" + Shown.of(constraint) + "\" is too long", "");
            }
            try {
                Constraint.parse(constraint);
            } catch (InvalidConstraintException e) {
                throw SkepException.user("INVALID_CONSTRAINT", e.getMessage().replaceAll("\\p{Cntrl}", "?"), "");
            }
        }
        Numbers.checkCount(
                "INVALID_PLACEMENT",
                "replicas max per node",
                task.getPlacement().getMaxReplicas());
        if (task.getPlacement().getPreferencesCount() > 0) {
            throw notSupported("a placement preference", "use a constraint");
        }
    }

    private static void checkMode(ServiceSpec spec) {
        switch (spec.getModeCase()) {
            case REPLICATED -> {
                Numbers.checkCount(
                        "INVALID_REPLICAS", "replicas", spec.getReplicated().getReplicas());
                if (spec.getReplicated().getReplicas() > 1_000_000) {
                    throw SkepException.user(
                            "INVALID_REPLICAS",
                            spec.getReplicated().getReplicas() + " replicas are too many",
                            "at most 1000000");
                }
            }
            case GLOBAL -> {
                if (spec.getTask().getPlacement().getMaxReplicas() != 0) {
                    throw SkepException.user(
                            "INVALID_PLACEMENT", "replicas max per node needs a replicated service", "");
                }
            }
            case REPLICATED_JOB, GLOBAL_JOB -> {
                if (spec.hasUpdate()) {
                    throw SkepException.user("INVALID_UPDATE_CONFIG", "jobs may not have an update config", "");
                }
                throw notSupported("the mode of a job", "replicated or global");
            }
            case MODE_NOT_SET ->
                throw SkepException.user("INVALID_MODE", "unknown service mode", "replicated or global");
        }
    }

    private static void checkUpdate(String what, UpdateConfig config) {
        String code = "INVALID_UPDATE_CONFIG";
        Numbers.checkNotNegative(code, what + " delay", config.getDelay());
        Numbers.checkNotNegative(code, what + " monitor", config.getMonitor());
        Numbers.checkCount(code, what + " parallelism", config.getParallelism());
        float ratio = config.getMaxFailureRatio();
        if (!(ratio >= 0 && ratio <= 1)) {
            throw SkepException.user(code, what + " max failure ratio " + ratio + " is out of range", "from 0 to 1");
        }
        if (config.getFailureAction() == UpdateConfig.FailureAction.UNRECOGNIZED
                || config.getOrder() == UpdateConfig.UpdateOrder.UNRECOGNIZED) {
            throw SkepException.user(code, "unknown " + what + " failure action or order", "");
        }
    }
}
