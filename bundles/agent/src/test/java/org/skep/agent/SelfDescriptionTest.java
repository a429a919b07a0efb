package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.skep.api.node.NodeConfig;
import org.skep.api.runtime.GenericResource;
import org.skep.api.runtime.NodeRuntime;
import org.skep.api.runtime.RuntimeDriver;
import org.skep.api.runtime.RuntimeInfo;
import org.skep.api.runtime.TaskController;
import org.skep.api.runtime.TaskDescription;
import org.skep.protocol.NodeDescription;
import org.skep.template.task.TaskTemplates;

class SelfDescriptionTest {

    private static NodeConfig config(GenericResource... resources) {
        return new NodeConfig(
                "0.1.0",
                Path.of("/nowhere"),
                "host1",
                InetSocketAddress.createUnresolved("127.0.0.1", 8022),
                NodeConfig.RuntimeChoice.AUTO,
                Optional.empty(),
                Map.of(),
                NodeConfig.LogLevel.INFO,
                List.of(resources));
    }

    private static SelfDescription self(NodeConfig config) {
        Drivers drivers = new Drivers(config);
        drivers.setRuntime(new Engine());
        return new SelfDescription(config, drivers);
    }

    private static List<String> generic(NodeDescription description) {
        return description.getResources().getGenericList().stream()
                .map(resource -> resource.hasNamedResourceSpec()
                        ? resource.getNamedResourceSpec().getKind() + "="
                                + resource.getNamedResourceSpec().getValue()
                        : resource.getDiscreteResourceSpec().getKind() + "="
                                + resource.getDiscreteResourceSpec().getValue())
                .toList();
    }

    @Test
    void tellsTheEnginesLogDriversAndGenericResources() {
        NodeDescription description = self(config()).now();
        assertThat(description.getEngine().getPluginsList())
                .filteredOn(plugin -> plugin.getType().equals("Log"))
                .extracting(plugin -> plugin.getName())
                .containsExactly("json-file", "gelf");
        assertThat(generic(description)).containsExactly("gpu=a", "ssd=3");
    }

    @Test
    void believesItsOperatorMoreThanTheEngine() {
        SelfDescription self = self(config(GenericResource.named("gpu", "x"), GenericResource.named("gpu", "y")));
        assertThat(generic(self.now())).containsExactly("gpu=x", "gpu=y", "ssd=3");
    }

    @Test
    void knowsWhereTasksRun() {
        SelfDescription self = self(config());
        self.now();
        assertThat(self.place()).isEqualTo(new TaskTemplates.Place("host1", "linux", "s390x"));
    }

    private static final class Engine implements NodeRuntime, RuntimeDriver {
        @Override
        public String name() {
            return "docker";
        }

        @Override
        public RuntimeDriver driver() {
            return this;
        }

        @Override
        public RuntimeInfo info() {
            return new RuntimeInfo(
                    "27",
                    "linux",
                    "s390x",
                    1,
                    1,
                    List.of("json-file", "gelf"),
                    List.of(GenericResource.named("gpu", "a"), GenericResource.discrete("ssd", 3)));
        }

        @Override
        public TaskController controller(TaskDescription task) {
            throw new AssertionError();
        }

        @Override
        public void retain(Set<String> taskIds) {
            throw new AssertionError();
        }
    }
}
