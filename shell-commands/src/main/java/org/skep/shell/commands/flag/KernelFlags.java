package org.skep.shell.commands.flag;

import static org.skep.shell.commands.flag.FlagTypes.KEY;
import static org.skep.shell.commands.flag.FlagTypes.LABEL;

import java.util.List;
import java.util.function.Function;
import org.skep.protocol.ContainerSpec;
import org.skep.protocol.ContainerSpec.Ulimit;
import org.skep.shell.commands.flag.ServiceFlag.Collection;
import org.skep.shell.commands.flag.ServiceFlag.Repeated;
import org.skep.shell.commands.flag.ServiceFlag.Setting;
import org.skep.shell.commands.flag.ServiceFlag.Switch;
import org.skep.shell.commands.value.Capabilities;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.KeyValue;
import org.skep.shell.commands.value.Ulimits;

/** What containers may ask of the kernel. */
final class KernelFlags {

    /** How containers are kept apart on Windows. */
    enum Isolation {
        DEFAULT,
        PROCESS,
        HYPERV
    }

    private static final FlagType<String> CAPABILITY = FlagType.of("CAPABILITY", Capabilities::parse);

    static final List<ServiceFlag> ALL = List.of(
            Switch.of(
                    "--read-only",
                    "Mount the container's root filesystem as read only",
                    (draft, on) -> draft.container().setReadOnly(on)),
            Repeated.of("--cap-add", CAPABILITY, "Add Linux capabilities", ServiceDraft::addCapabilities),
            Repeated.of("--cap-drop", CAPABILITY, "Drop Linux capabilities", ServiceDraft::dropCapabilities),
            Setting.of(
                    "--isolation",
                    FlagType.oneOf("ISOLATION", Isolation.class),
                    "Isolation of containers on Windows: default, process or hyperv",
                    (draft, isolation) -> draft.container()
                            .setIsolation(ContainerSpec.Isolation.valueOf("ISOLATION_" + isolation.name()))),
            Collection.of(
                    "--sysctl",
                    LABEL,
                    KEY,
                    "Kernel parameters, such as net.core.somaxconn=1024",
                    (draft, sysctls) -> draft.container().putAllSysctls(KeyValue.map(sysctls)),
                    (draft, keys) -> keys.forEach(draft.container()::removeSysctls)),
            Collection.of(
                    "--ulimit",
                    FlagType.of("TYPE=SOFT[:HARD]", Ulimits::parse),
                    FlagType.of("TYPE", Function.<String>identity()),
                    "Limits of processes, such as nofile=1024:2048",
                    (draft, ulimits) -> setUlimits(
                            draft, Elements.replacing(draft.container().getUlimitsList(), Ulimit::getName, ulimits)),
                    (draft, names) -> setUlimits(
                            draft, Elements.without(draft.container().getUlimitsList(), Ulimit::getName, names))),
            Setting.of(
                    "--oom-score-adj",
                    FlagType.of("N", Counts::oomScore),
                    "How readily the kernel kills the container when memory runs out, -1000 to 1000",
                    (draft, score) -> draft.container().setOomScoreAdj(score)));

    private KernelFlags() {}

    private static void setUlimits(ServiceDraft draft, List<Ulimit> ulimits) {
        draft.container().clearUlimits().addAllUlimits(ulimits);
    }
}
