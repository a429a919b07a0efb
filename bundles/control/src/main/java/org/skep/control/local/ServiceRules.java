package org.skep.control.local;

import static org.skep.control.local.Refusals.notSupported;

import java.util.regex.Pattern;
import org.skep.api.SkepException;
import org.skep.protocol.Annotations;
import org.skep.protocol.Driver;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.UpdateConfig;
import org.skep.template.task.TaskTemplates;

/** What a specification of a service must satisfy whatever else is in the swarm. */
final class ServiceRules {

    private static final long MOST_REPLICAS = 1_000_000;
    private static final Pattern LOG_DRIVER = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_./:-]{0,254}");

    private ServiceRules() {}

    static void check(ServiceSpec spec) {
        Limits.checkSize("service", spec);
        Names.checkDnsLabel("service", spec.getAnnotations().getName());
        Limits.checkLabels("service", spec.getAnnotations().getLabelsMap());
        checkTask(spec.getAnnotations(), spec.getTask());
        checkMode(spec);
        checkUpdates(spec);
        PortRules.check(spec.getEndpoint());
    }

    static boolean isJob(ServiceSpec spec) {
        return spec.hasReplicatedJob() || spec.hasGlobalJob();
    }

    private static void checkTask(Annotations service, TaskSpec task) {
        switch (task.getRuntimeCase()) {
            case CONTAINER -> {}
            case ATTACHMENT -> throw notSupported("a service of network attachments", "");
            case GENERIC ->
                throw notSupported("the runtime \"" + task.getGeneric().getKind() + "\"", "");
            case RUNTIME_NOT_SET ->
                throw SkepException.user("INVALID_ARGUMENT", "service has no container to run", "name an image");
        }
        // Templates have to fit as well as what they become.
        ContainerRules.check(TaskTemplates.check(service, task.getContainer()));
        ResourceRules.check(task.getResources());
        checkRestart(task.getRestart());
        PlacementRules.check(task.getPlacement());
        if (task.hasLogDriver()) {
            checkLogDriver(task.getLogDriver());
        }
        if (task.getResourceReferencesCount() > 0) {
            throw notSupported("a reference to another object's resources", "");
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

    private static void checkLogDriver(Driver driver) {
        if (!LOG_DRIVER.matcher(driver.getName()).matches()) {
            throw SkepException.user(
                    "INVALID_LOG_DRIVER",
                    "\"" + Shown.of(driver.getName()) + "\" is not a log driver",
                    "a name such as json-file, or none");
        }
        if (driver.getOptionsMap().keySet().stream().anyMatch(String::isBlank)) {
            throw SkepException.user("INVALID_LOG_DRIVER", "a log option has no name", "KEY=VALUE");
        }
    }

    private static void checkMode(ServiceSpec spec) {
        switch (spec.getModeCase()) {
            case REPLICATED -> checkReplicas("replicas", spec.getReplicated().getReplicas());
            case GLOBAL, GLOBAL_JOB -> {
                long most = spec.getTask().getPlacement().getMaxReplicas();
                if (most != 0) {
                    throw SkepException.user(
                            "INVALID_PLACEMENT",
                            "at most " + most + " replicas per node need a replicated service",
                            "a global one has one on each node");
                }
            }
            case REPLICATED_JOB -> {
                long total = spec.getReplicatedJob().getTotalCompletions();
                long concurrent = spec.getReplicatedJob().getMaxConcurrent();
                checkReplicas("total completions", total);
                checkReplicas("max concurrent", concurrent);
                if (total > 0 && concurrent == 0) {
                    throw SkepException.user(
                            "INVALID_REPLICAS",
                            "max concurrent 0 lets none of " + total + " tasks run",
                            "at least 1 at a time");
                }
            }
            case MODE_NOT_SET ->
                throw SkepException.user(
                        "INVALID_MODE", "unknown service mode", "replicated, global, replicated-job or global-job");
        }
    }

    private static void checkReplicas(String what, long number) {
        Numbers.checkCount("INVALID_REPLICAS", what, number);
        if (number > MOST_REPLICAS) {
            throw SkepException.user("INVALID_REPLICAS", what + " " + number + " are too many", "at most 1000000");
        }
    }

    /** A job is not updated but begun anew. */
    private static void checkUpdates(ServiceSpec spec) {
        if (isJob(spec) && (spec.hasUpdate() || spec.hasRollback())) {
            throw SkepException.user(
                    "INVALID_UPDATE_CONFIG",
                    "jobs may not have " + (spec.hasUpdate() ? "an update" : "a rollback") + " config",
                    "an update begins a job anew");
        }
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
    }

    private static void checkUpdate(String what, UpdateConfig config) {
        String code = "INVALID_UPDATE_CONFIG";
        Numbers.checkNotNegative(code, what + " delay", config.getDelay());
        Numbers.checkNotNegative(code, what + " monitor", config.getMonitor());
        Numbers.checkNotNegative(code, what + " max wait", config.getMaxWait());
        Numbers.checkCount(code, what + " parallelism", config.getParallelism());
        float ratio = config.getMaxFailureRatio();
        if (!(ratio >= 0 && ratio <= 1)) {
            throw SkepException.user(code, what + " max failure ratio " + ratio + " is out of range", "from 0 to 1");
        }
        if (config.getFailureAction() == UpdateConfig.FailureAction.UNRECOGNIZED
                || config.getOrder() == UpdateConfig.UpdateOrder.UNRECOGNIZED) {
            throw SkepException.user(
                    code,
                    "unknown " + what + " failure action or order",
                    "pause, continue or rollback; stop-first or start-first");
        }
    }
}
