package org.skep.plugins.internal;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.util.promise.Promise;
import org.skep.api.node.NodeConfig;

/** A real framework, with what this room's components need. */
final class Framework implements AutoCloseable {

    private final org.osgi.framework.launch.Framework framework;
    private final Path stateDir;

    Framework(Path stateDir) throws BundleException {
        this.stateDir = stateDir;
        framework = new FrameworkFactory()
                .newFramework(Map.of(
                        Constants.FRAMEWORK_STORAGE,
                        stateDir.resolve("cache").toString(),
                        Constants.FRAMEWORK_BSNVERSION,
                        Constants.FRAMEWORK_BSNVERSION_MULTIPLE));
        framework.start();
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Bundle bundle(String name) {
        for (Bundle bundle : context().getBundles()) {
            if (name.equals(bundle.getSymbolicName())) {
                return bundle;
            }
        }
        return null;
    }

    Diagnosis diagnosis() {
        return new Diagnosis(context(), new NoComponents());
    }

    Installer installer() {
        return new Installer(context(), diagnosis());
    }

    NodeConfig config() {
        return new NodeConfig(
                "1",
                stateDir,
                "host",
                new InetSocketAddress(0),
                NodeConfig.RuntimeChoice.PROCESS,
                Optional.empty(),
                Map.of(),
                NodeConfig.LogLevel.INFO);
    }

    @Override
    public void close() throws Exception {
        framework.stop();
        framework.waitForStop(10_000);
    }

    private static final class NoComponents implements ServiceComponentRuntime {

        @Override
        public Collection<ComponentDescriptionDTO> getComponentDescriptionDTOs(Bundle... bundles) {
            return List.of();
        }

        @Override
        public ComponentDescriptionDTO getComponentDescriptionDTO(Bundle bundle, String name) {
            return null;
        }

        @Override
        public Collection<ComponentConfigurationDTO> getComponentConfigurationDTOs(ComponentDescriptionDTO component) {
            return List.of();
        }

        @Override
        public boolean isComponentEnabled(ComponentDescriptionDTO component) {
            return true;
        }

        @Override
        public Promise<Void> enableComponent(ComponentDescriptionDTO component) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Promise<Void> disableComponent(ComponentDescriptionDTO component) {
            throw new UnsupportedOperationException();
        }
    }
}
