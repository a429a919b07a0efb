package org.skep.control.local;

import static org.skep.control.local.Refusals.notSupported;

import com.google.protobuf.Duration;
import java.util.List;
import org.skep.api.SkepException;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.EndpointSpec;
import org.skep.protocol.HealthConfig;
import org.skep.protocol.PortConfig;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.Resources;
import org.skep.protocol.RestartPolicy;
import org.skep.protocol.ServiceSpec;
import org.skep.protocol.TaskSpec;
import org.skep.protocol.UpdateConfig;
import org.skep.protocol.placement.Constraint;
import org.skep.protocol.placement.InvalidConstraintException;
import org.skep.protocol.placement.PublishedPorts;

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
        checkEndpoint(spec.getEndpoint());
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
        checkContainer(task.getContainer());
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

    private static void checkContainer(ContainerSpec container) {
        ImageReference.check(container.getImage());
        container.getCommandList().forEach(word -> checkPrintable("command", word));
        container.getArgsList().forEach(word -> checkPrintable("argument", word));
        checkEnv(container.getEnvList());
        checkPrintable("hostname", container.getHostname());
        checkPrintable("user", container.getUser());
        checkPrintable("working directory", container.getDir());
        if (!container.getDir().isEmpty() && !container.getDir().startsWith("/")) {
            throw SkepException.user(
                    "INVALID_ARGUMENT",
                    "working directory \"" + Shown.of(container.getDir()) + "\" is not absolute",
                    "begin it with /");
        }
        Limits.checkLabels("container", container.getLabelsMap());
        if (!container.getStopSignal().isEmpty()
                && !container.getStopSignal().matches("(?i)(SIG)?[A-Z][A-Z0-9+-]{1,9}|[1-9]|[1-5][0-9]|6[0-4]")) {
            throw SkepException.user(
                    "INVALID_ARGUMENT",
                    "\"" + Shown.of(container.getStopSignal()) + "\" is not a signal",
                    "a name such as SIGTERM, or a number from 1 to 64");
        }
        if (container.hasStopGracePeriod()) {
            checkNotNegative("INVALID_ARGUMENT", "stop grace period", container.getStopGracePeriod());
        }
        if (container.hasHealthcheck()) {
            checkHealth(container.getHealthcheck());
        }
        MountRules.check(container.getMountsList());
        container.getCapabilityAddList().forEach(ServiceRules::checkCapability);
        container.getCapabilityDropList().forEach(ServiceRules::checkCapability);
        UnsupportedFields.check(container);
        UnsupportedFields.checkTemplates(container);
    }

    private static void checkEnv(List<String> env) {
        for (String variable : env) {
            checkPrintable("environment variable", variable);
            if (variable.isEmpty() || variable.startsWith("=")) {
                throw SkepException.user(
                        "INVALID_ENV", "environment variable \"" + Shown.of(variable) + "\" has no name", "NAME=VALUE");
            }
        }
    }

    private static void checkCapability(String capability) {
        if (!capability.matches("(?i)(CAP_)?[A-Z][A-Z0-9_]{1,39}")) {
            throw SkepException.user(
                    "INVALID_ARGUMENT",
                    "\"" + Shown.of(capability) + "\" is not a capability",
                    "a name such as NET_ADMIN, or ALL");
        }
    }

    private static void checkHealth(HealthConfig health) {
        checkHealthDuration("interval", health.getInterval());
        checkHealthDuration("timeout", health.getTimeout());
        checkHealthDuration("start period", health.getStartPeriod());
        checkHealthDuration("start interval", health.getStartInterval());
        if (health.getRetries() < 0) {
            throw SkepException.user("INVALID_HEALTHCHECK", "health retries must not be negative", "");
        }
        health.getTestList().forEach(word -> checkPrintable("health command", word));
        if (health.getTestCount() > 0 && !List.of("NONE", "CMD", "CMD-SHELL").contains(health.getTest(0))) {
            throw SkepException.user(
                    "INVALID_HEALTHCHECK",
                    "health test \"" + Shown.of(health.getTest(0)) + "\" is of no known kind",
                    "NONE, CMD or CMD-SHELL");
        }
    }

    private static void checkHealthDuration(String what, Duration duration) {
        long nanos = nanos(duration);
        if (nanos != 0 && nanos < 1_000_000) {
            throw SkepException.user("INVALID_HEALTHCHECK", "health " + what + " is too short", "0, or 1ms and more");
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
        checkNotNegative("INVALID_RESTART_POLICY", "restart delay", restart.getDelay());
        checkNotNegative("INVALID_RESTART_POLICY", "restart window", restart.getWindow());
        checkCount("INVALID_RESTART_POLICY", "restart max attempts", restart.getMaxAttempts());
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
        checkCount(
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
                checkCount("INVALID_REPLICAS", "replicas", spec.getReplicated().getReplicas());
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
        checkNotNegative(code, what + " delay", config.getDelay());
        checkNotNegative(code, what + " monitor", config.getMonitor());
        checkCount(code, what + " parallelism", config.getParallelism());
        float ratio = config.getMaxFailureRatio();
        if (!(ratio >= 0 && ratio <= 1)) {
            throw SkepException.user(code, what + " max failure ratio " + ratio + " is out of range", "from 0 to 1");
        }
        if (config.getFailureAction() == UpdateConfig.FailureAction.UNRECOGNIZED
                || config.getOrder() == UpdateConfig.UpdateOrder.UNRECOGNIZED) {
            throw SkepException.user(code, "unknown " + what + " failure action or order", "");
        }
    }

    private static void checkEndpoint(EndpointSpec endpoint) {
        if (endpoint.getMode() == EndpointSpec.ResolutionMode.UNRECOGNIZED) {
            throw SkepException.user("INVALID_ENDPOINT", "unknown endpoint mode", "vip or dnsrr");
        }
        for (PortConfig port : endpoint.getPortsList()) {
            checkPort(endpoint, port);
        }
        PublishedPorts.repeated(endpoint.getPortsList()).ifPresent(port -> {
            throw SkepException.user("INVALID_PORT", "port " + port + " is published twice", "");
        });
    }

    private static void checkPort(EndpointSpec endpoint, PortConfig port) {
        if (port.getProtocol() == PortConfig.Protocol.UNRECOGNIZED
                || port.getPublishMode() == PortConfig.PublishMode.UNRECOGNIZED) {
            throw SkepException.user(
                    "INVALID_PORT", "unknown protocol or publish mode", "tcp, udp or sctp; ingress or host");
        }
        if (port.getTargetPort() < 1 || port.getTargetPort() > 65535) {
            throw SkepException.user(
                    "INVALID_PORT",
                    "target port " + Integer.toUnsignedString(port.getTargetPort()) + " is out of range",
                    "from 1 to 65535");
        }
        if (port.getPublishedPort() < 0 || port.getPublishedPort() > 65535) {
            throw SkepException.user(
                    "INVALID_PORT",
                    "published port " + Integer.toUnsignedString(port.getPublishedPort()) + " is out of range",
                    "from 1 to 65535, or 0 for any");
        }
        if (endpoint.getMode() == EndpointSpec.ResolutionMode.DNSRR
                && port.getPublishMode() == PortConfig.PublishMode.INGRESS) {
            throw SkepException.user(
                    "INVALID_PORT", "a port published in ingress mode cannot be used with dnsrr", "use mode=host");
        }
    }

    private static void checkPrintable(String what, String value) {
        if (value.indexOf('\0') >= 0) {
            throw SkepException.user(
                    "INVALID_ARGUMENT", what + " \"" + Shown.of(value) + "\" contains a NUL character", "");
        }
    }

    private static void checkNotNegative(String code, String what, Duration duration) {
        if (nanos(duration) < 0) {
            throw SkepException.user(code, what + " must not be negative", "");
        }
    }

    /** For numbers that are unsigned on the wire. */
    private static void checkCount(String code, String what, long count) {
        if (count < 0) {
            throw SkepException.user(code, what + " must not be negative", "");
        }
    }

    /** Saturating, so that a huge duration stays one. */
    private static long nanos(Duration duration) {
        return java.time.Duration.ofSeconds(duration.getSeconds()).compareTo(java.time.Duration.ofDays(36500)) > 0
                ? Long.MAX_VALUE
                : java.time.Duration.ofSeconds(Math.max(duration.getSeconds(), -1_000_000_000L), duration.getNanos())
                        .toNanos();
    }
}
