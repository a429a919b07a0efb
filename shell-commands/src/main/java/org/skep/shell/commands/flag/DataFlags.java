package org.skep.shell.commands.flag;

import java.util.List;
import java.util.function.Function;
import org.skep.shell.commands.flag.ServiceFlag.Collection;
import org.skep.shell.commands.flag.ServiceFlag.Later;
import org.skep.shell.commands.value.Mounts;

/** What tasks find in their file systems. */
final class DataFlags {

    static final List<ServiceFlag> ALL = List.of(
            Collection.of(
                    "--mount",
                    FlagType.of("MOUNT", Mounts::parse),
                    FlagType.of("TARGET", Function.identity()),
                    "Volumes, directories or tmpfs to mount",
                    ServiceDraft::addMounts,
                    ServiceDraft::removeMounts),
            Later.create("--config"),
            Later.update("--config-add"),
            Later.update("--config-rm"),
            Later.create("--secret"),
            Later.update("--secret-add"),
            Later.update("--secret-rm"),
            Later.both("--credential-spec"));

    private DataFlags() {}
}
