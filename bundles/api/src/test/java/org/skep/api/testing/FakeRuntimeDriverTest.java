package org.skep.api.testing;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.RuntimeDriver;

class FakeRuntimeDriverTest extends ExecContract {

    private final FakeHost host = new FakeHost();
    private final AtomicInteger images = new AtomicInteger();
    private Optional<RuntimeDriver> driver = Optional.empty();

    @Override
    protected RuntimeDriver driver() {
        return driver.orElseGet(this::restarted);
    }

    @Override
    protected RuntimeDriver restarted() {
        driver = Optional.of(new FakeRuntimeDriver(host));
        return driver.get();
    }

    @Override
    protected ContainerConfig.Builder container(Workload workload) {
        String image = "image-" + images.incrementAndGet();
        host.image(image, workload);
        return ContainerConfig.of(image);
    }

    @Override
    protected List<String> command(Workload workload) {
        String command = "command-" + images.incrementAndGet();
        host.command(command, workload);
        return List.of(command);
    }
}
