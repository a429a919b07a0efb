package org.skep.runtime.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.ResourceLimits;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;

/** A daemon that starts one task and is killed the next moment. */
final class DaemonStandIn {

    private DaemonStandIn() {}

    public static void main(String[] args) throws Exception {
        Path tasks = Path.of(args[0]);
        ProcessRuntimeDriver driver = new ProcessRuntimeDriver("0.1.0", tasks, tasks, new TaskSpec.LogSize(1 << 20, 3));
        TaskController controller = driver.controller(new TaskDescription(
                args[1],
                "kit.1." + args[1],
                "kitservice",
                "kit",
                "kitnode",
                ContainerConfig.of("none").command(List.of("sh", "-c", args[2])).build(),
                ResourceLimits.NONE,
                List.of(),
                List.of(),
                Map.of()));
        controller.prepare();
        controller.start();
        Runtime.getRuntime().halt(137);
    }
}
