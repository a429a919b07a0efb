package org.skep.runtime.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.testing.RuntimeDriverContract;
import org.skep.api.testing.Workload;

class ProcessRuntimeDriverTest extends RuntimeDriverContract {

    @TempDir
    Path stateDir;

    private Optional<ProcessRuntimeDriver> driver = Optional.empty();

    @Override
    protected RuntimeDriver driver() {
        if (driver.isEmpty()) {
            driver = Optional.of(new ProcessRuntimeDriver("0.1.0", stateDir.resolve("tasks"), stateDir));
        }
        return driver.get();
    }

    @Override
    protected RuntimeDriver restarted() {
        closeDriver();
        return driver();
    }

    @Override
    protected void closeDriver() {
        driver.ifPresent(ProcessRuntimeDriver::close);
        driver = Optional.empty();
    }

    @Override
    protected ContainerConfig.Builder container(Workload workload) {
        return ContainerConfig.of("none")
                .command(List.of("sh", "-c", workload.script()))
                .healthCheck(workload.healthCheck());
    }

    @Override
    protected ContainerConfig.Builder missingCommand() {
        return ContainerConfig.of("none").command(List.of("no-such-command"));
    }
}
