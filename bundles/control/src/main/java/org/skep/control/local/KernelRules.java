package org.skep.control.local;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.skep.api.SkepException;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ContainerSpec.Ulimit;

/** What containers may ask of the kernel. */
final class KernelRules {

    private static final Set<String> ULIMITS = new TreeSet<>(Set.of(
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack"));
    private static final Pattern SYSCTL = Pattern.compile("[a-zA-Z0-9_]+([./][a-zA-Z0-9_*-]+)+");
    private static final int LARGEST_OOM_SCORE = 1000;

    private KernelRules() {}

    static void check(ContainerSpec container) {
        container.getCapabilityAddList().forEach(KernelRules::checkCapability);
        container.getCapabilityDropList().forEach(KernelRules::checkCapability);
        checkSysctls(container.getSysctlsMap());
        checkUlimits(container.getUlimitsList());
        long score = container.getOomScoreAdj();
        if (Math.abs(score) > LARGEST_OOM_SCORE) {
            throw invalid("OOM score " + score + " is out of range", "from -1000 to 1000");
        }
        if (container.getPidsLimit() < 0) {
            throw SkepException.user(
                    "INVALID_RESOURCES",
                    "limit of processes " + container.getPidsLimit() + " is negative",
                    "1 or more, or 0 for no limit");
        }
        if (container.getIsolation() == ContainerSpec.Isolation.UNRECOGNIZED) {
            throw invalid("unknown isolation " + container.getIsolationValue(), "default, process or hyperv");
        }
    }

    private static void checkCapability(String capability) {
        if (!capability.matches("(?i)(CAP_)?[A-Z][A-Z0-9_]{1,39}")) {
            throw invalid("\"" + Shown.of(capability) + "\" is not a capability", "a name such as NET_ADMIN, or ALL");
        }
    }

    private static void checkSysctls(Map<String, String> sysctls) {
        sysctls.forEach((name, value) -> {
            if (!SYSCTL.matcher(name).matches() || value.indexOf('\0') >= 0) {
                throw invalid(
                        "\"" + Shown.of(name + "=" + value) + "\" is not a sysctl",
                        "NAME=VALUE, such as net.core.somaxconn=1024");
            }
        });
    }

    private static void checkUlimits(List<Ulimit> ulimits) {
        Set<String> seen = new HashSet<>();
        for (Ulimit ulimit : ulimits) {
            String shown = "ulimit " + Shown.of(ulimit.getName()) + "=" + ulimit.getSoft() + ":" + ulimit.getHard();
            if (!ULIMITS.contains(ulimit.getName())) {
                throw invalid(shown + ": there is no such limit", "one of " + String.join(", ", ULIMITS));
            }
            if (ulimit.getSoft() < -1 || ulimit.getHard() < -1) {
                throw invalid(shown + " is negative", "0 or more, or -1 for unlimited");
            }
            boolean above = ulimit.getSoft() == -1 || ulimit.getSoft() > ulimit.getHard();
            if (ulimit.getHard() != -1 && above) {
                throw invalid(shown + ": the soft limit is above the hard one", "SOFT:HARD with SOFT at most HARD");
            }
            if (!seen.add(ulimit.getName())) {
                throw invalid("ulimit " + ulimit.getName() + " is given twice", "give each once");
            }
        }
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_ARGUMENT", message, hint);
    }
}
