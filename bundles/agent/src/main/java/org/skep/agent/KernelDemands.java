package org.skep.agent;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.skep.api.SkepException;
import org.skep.api.runtime.KernelSettings;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.Privileges;

/** What a service asks of the kernel, as its runtime sees it. */
final class KernelDemands {

    private KernelDemands() {}

    static KernelSettings of(ContainerSpec spec) {
        return new KernelSettings(
                spec.getSysctlsMap(),
                spec.getUlimitsList().stream()
                        .map(limit -> new KernelSettings.Ulimit(limit.getName(), limit.getSoft(), limit.getHard()))
                        .toList(),
                spec.getPidsLimit(),
                (int) spec.getOomScoreAdj(),
                security(spec.getPrivileges()),
                isolation(spec.getIsolation()));
    }

    private static String isolation(ContainerSpec.Isolation isolation) {
        return switch (isolation) {
            case ISOLATION_PROCESS, ISOLATION_HYPERV ->
                isolation.name().replace("ISOLATION_", "").toLowerCase(Locale.ROOT);
            default -> "";
        };
    }

    private static List<String> security(Privileges privileges) {
        if (privileges.hasCredentialSpec()) {
            throw SkepException.user(
                    "CREDENTIAL_SPEC_UNSUPPORTED",
                    "--credential-spec is for Windows containers, which this node does not run",
                    "leave it out");
        }
        List<String> options = new ArrayList<>();
        if (privileges.getNoNewPrivileges()) {
            options.add("no-new-privileges");
        }
        switch (privileges.getSeccomp().getMode()) {
            case UNCONFINED -> options.add("seccomp=unconfined");
            case CUSTOM ->
                options.add("seccomp=" + privileges.getSeccomp().getProfile().toString(StandardCharsets.UTF_8));
            default -> {
                // The runtime's own.
            }
        }
        if (privileges.getApparmor().getMode() == Privileges.AppArmorOpts.AppArmorMode.DISABLED) {
            options.add("apparmor=unconfined");
        }
        Privileges.SELinuxContext context = privileges.getSelinuxContext();
        if (context.getDisable()) {
            options.add("label=disable");
        }
        label(options, "user", context.getUser());
        label(options, "role", context.getRole());
        label(options, "type", context.getType());
        label(options, "level", context.getLevel());
        return options;
    }

    private static void label(List<String> options, String name, String value) {
        if (!value.isEmpty()) {
            options.add("label=" + name + ":" + value);
        }
    }
}
