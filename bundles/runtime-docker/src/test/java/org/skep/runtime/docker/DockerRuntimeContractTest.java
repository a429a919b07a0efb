package org.skep.runtime.docker;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.skep.api.node.SwarmMembership;
import org.skep.api.runtime.ContainerConfig;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.testing.ExecContract;
import org.skep.api.testing.Workload;

@EnabledIf(value = "org.skep.runtime.docker.LocalEngine#isReady", disabledReason = LocalEngine.NEEDED)
class DockerRuntimeContractTest extends ExecContract {

    private static final String NODE = "kit" + UUID.randomUUID().toString().substring(0, 8);
    private static EngineClient client;
    private static DockerRuntime runtime;

    @BeforeAll
    static void connect() {
        client = LocalEngine.client();
        runtime = start();
    }

    private static DockerRuntime start() {
        return new DockerRuntime(client, LocalEngine.ADDRESS, Optional.of(new SwarmMembership(NODE, "kitcluster")));
    }

    @AfterAll
    static void disconnect() throws InterruptedException {
        runtime.close();
        client.shut();
    }

    @Override
    protected String nodeId() {
        return NODE;
    }

    @Override
    protected RuntimeDriver driver() {
        return runtime;
    }

    @Override
    protected RuntimeDriver restarted() throws InterruptedException {
        runtime.close();
        runtime = start();
        return driver();
    }

    @Override
    protected ContainerConfig.Builder container(Workload workload) {
        return ContainerConfig.of("busybox:latest")
                .args(List.of("sh", "-c", workload.script()))
                .healthCheck(workload.healthCheck());
    }

    @Override
    protected ContainerConfig.Builder missingCommand() {
        return ContainerConfig.of("busybox:latest").args(List.of("no-such-command"));
    }
}
