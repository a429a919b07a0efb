package org.skep.runtime.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.skep.api.SkepException;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.KernelSettings;
import org.skep.api.runtime.NameResolution;
import org.skep.api.runtime.NetworkConnection;
import org.skep.api.runtime.PublishedPort;
import org.skep.api.runtime.TaskDescription;
import org.skep.api.runtime.TaskMount;

/** Says no, by the name of the flag, to all that a plain process cannot honour. Nothing is dropped in silence. */
final class Refusals {

    private static final String HINT = "run it on a node with a container engine";
    private static final Set<String> SIGNALS = Set.of(
            "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM",
            "TERM", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH",
            "IO", "PWR", "SYS");
    private static final int LAST_SIGNAL = 64;

    private Refusals() {}

    static void check(TaskDescription task) {
        ContainerConfig container = task.container();
        if (container.command().isEmpty() && container.args().isEmpty()) {
            throw SkepException.user(
                    "COMMAND_REQUIRED",
                    "the process runtime cannot run image '" + container.image() + "' without a command",
                    "name a command after the image");
        }
        refuse(!container.capabilityAdd().isEmpty(), "--cap-add");
        refuse(!container.capabilityDrop().isEmpty(), "--cap-drop");
        refuse(container.readOnly(), "--read-only");
        refuse(container.init().orElse(false), "--init");
        refuse(container.tty(), "--tty");
        refuse(container.openStdin(), "an open standard input");
        refuse(!container.hostname().isEmpty(), "--hostname");
        kernel(container.kernel());
        names(container.names());
        refuse(!container.log().name().isEmpty(), "--log-driver");
        refuse(!container.log().options().isEmpty(), "--log-opt");
        refuse(task.limits().swapBytes().isPresent(), "--memory-swap");
        refuse(task.limits().swappiness().isPresent(), "--memory-swappiness");
        container.mounts().forEach(Refusals::check);
        nested(container.mounts());
        for (NetworkConnection network : task.networks()) {
            refuse(!network.runtimeName().equals("host"), "--network " + network.runtimeName());
        }
        for (PublishedPort port : task.ports()) {
            refuse(port.protocol() == PublishedPort.Protocol.SCTP, "--publish of an sctp port");
        }
        if (!container.user().isEmpty() || !container.groups().isEmpty()) {
            user(container.user());
        }
        signal(container.stopSignal());
    }

    private static void kernel(KernelSettings kernel) {
        refuse(!kernel.sysctls().isEmpty(), "--sysctl: it would be the whole host's");
        refuse(!kernel.ulimits().isEmpty(), "--ulimit");
        refuse(!kernel.securityOptions().isEmpty(), "security options");
        refuse(!kernel.isolation().isEmpty(), "--isolation");
        if (kernel.oomScoreAdj() < 0 && !Host.root()) {
            throw SkepException.user(
                    "ROOT_REQUIRED",
                    "the process runtime can give a task --oom-score-adj " + kernel.oomScoreAdj()
                            + " only when skepd runs as root",
                    "one above 0 needs no root");
        }
    }

    private static void names(NameResolution names) {
        refuse(!names.hosts().isEmpty(), "--host");
        refuse(!names.servers().isEmpty(), "--dns");
        refuse(!names.searchDomains().isEmpty(), "--dns-search");
        refuse(!names.options().isEmpty(), "--dns-option");
    }

    /** Only root becomes somebody else. */
    static void user(String name) {
        if (!Host.root()) {
            throw SkepException.user(
                    "ROOT_REQUIRED",
                    "the process runtime can run a task as user '" + name + "' only when skepd runs as root",
                    "leave --user out, or start skepd as root");
        }
    }

    /** The signal's name or number as {@code kill} knows it. */
    static String signal(String stopSignal) {
        String name = stopSignal.isEmpty() ? "TERM" : stopSignal.toUpperCase(Locale.ROOT);
        name = name.startsWith("SIG") ? name.substring(3) : name;
        boolean number = name.matches("[1-9]\\d?") && Integer.parseInt(name) <= LAST_SIGNAL;
        if (!number && !SIGNALS.contains(name)) {
            throw SkepException.user(
                    "STOP_SIGNAL_UNKNOWN", "no such signal: '" + stopSignal + "'", "such as SIGTERM or 15");
        }
        return name;
    }

    private static void check(TaskMount mount) {
        refuse(mount.type() == TaskMount.Type.TMPFS, "--mount type=tmpfs (" + mount.target() + ")");
        refuse(mount.readOnly(), "--mount readonly (" + mount.target() + ")");
        refuse(
                mount.propagation() != TaskMount.Propagation.RPRIVATE,
                "--mount bind-propagation (" + mount.target() + ")");
        refuse(
                mount.binding().recursion() != TaskMount.Recursion.ENABLED,
                "--mount bind-recursive (" + mount.target() + ")");
        Path target = relative(mount.target());
        if (target.toString().isEmpty() || target.startsWith("..")) {
            throw SkepException.user(
                    "MOUNT_TARGET_INVALID", "mount target '" + mount.target() + "' is not below /", "");
        }
    }

    /** One mount inside another would write into the outer one's source. */
    private static void nested(List<TaskMount> mounts) {
        List<Path> targets = new ArrayList<>();
        for (TaskMount mount : mounts) {
            Path target = relative(mount.target());
            for (Path other : targets) {
                if (target.startsWith(other) || other.startsWith(target)) {
                    throw SkepException.user(
                            "MOUNT_NESTED",
                            "the process runtime does not support a mount inside another: /" + target + " and /"
                                    + other,
                            HINT);
                }
            }
            targets.add(target);
        }
    }

    /** A path of the task as one below its working directory. */
    static Path relative(String target) {
        return Path.of("/").relativize(Path.of("/").resolve(target).normalize());
    }

    private static void refuse(boolean asked, String flag) {
        if (asked) {
            throw SkepException.user("PROCESS_UNSUPPORTED", "the process runtime does not support " + flag, HINT);
        }
    }
}
