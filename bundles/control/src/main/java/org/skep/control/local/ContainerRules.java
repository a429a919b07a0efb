package org.skep.control.local;

import com.google.protobuf.Duration;
import java.util.List;
import org.skep.api.SkepException;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.HealthConfig;

/** What the container of a service must satisfy. */
final class ContainerRules {

    private ContainerRules() {}

    static void check(ContainerSpec container) {
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
            Numbers.checkNotNegative("INVALID_ARGUMENT", "stop grace period", container.getStopGracePeriod());
        }
        if (container.hasHealthcheck()) {
            checkHealth(container.getHealthcheck());
        }
        MountRules.check(container.getMountsList());
        container.getGroupsList().forEach(ContainerRules::checkGroup);
        KernelRules.check(container);
        ResolverRules.check(container);
        UnsupportedFields.check(container);
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

    private static void checkGroup(String group) {
        if (!group.matches("[^\\s:\\p{Cntrl}]+")) {
            throw SkepException.user(
                    "INVALID_ARGUMENT", "\"" + Shown.of(group) + "\" is not a group", "a name or a number");
        }
    }

    private static void checkHealth(HealthConfig health) {
        checkHealthDuration("interval", health.getInterval());
        checkHealthDuration("timeout", health.getTimeout());
        checkHealthDuration("start period", health.getStartPeriod());
        checkHealthDuration("start interval", health.getStartInterval());
        if (health.getRetries() < 0) {
            throw SkepException.user(
                    "INVALID_HEALTHCHECK",
                    "health retries " + health.getRetries() + " must not be negative",
                    "0 or more");
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
        long nanos = Numbers.nanos(duration);
        if (nanos != 0 && nanos < 1_000_000) {
            throw SkepException.user(
                    "INVALID_HEALTHCHECK", "health " + what + " of " + nanos + "ns is too short", "0, or 1ms and more");
        }
    }

    private static void checkPrintable(String what, String value) {
        if (value.indexOf('\0') >= 0) {
            throw SkepException.user(
                    "INVALID_ARGUMENT", what + " \"" + Shown.of(value) + "\" contains a NUL character", "");
        }
    }
}
