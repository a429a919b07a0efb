package org.skep.runtime.process;

import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/** What all tasks of a driver share. */
record Surroundings(
        Supervisor supervisor,
        DirectoryWatch watch,
        ScheduledExecutorService timer,
        Ports ports,
        Cgroups cgroups,
        TaskSpec.LogSize logSize,
        Consumer<ProcessTask> closed) {}
