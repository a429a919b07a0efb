package org.skep.plugins.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;
import org.skep.plugins.BundleInfo;
import org.skep.plugins.BundleInfo.Origin;
import org.skep.plugins.Change;
import org.skep.plugins.Plugins;

/** The bundles of this framework. */
@Component
public final class LocalPlugins implements Plugins {

    private final BundleContext context;
    private final Installer installer;
    private final Diagnosis diagnosis;
    private final DeployDirectory deployments;
    private final PluginFiles files;

    @Activate
    public LocalPlugins(
            BundleContext context,
            @Reference NodeConfig config,
            @Reference Installer installer,
            @Reference Diagnosis diagnosis,
            @Reference DeployDirectory deployments) {
        this.context = context;
        this.installer = installer;
        this.diagnosis = diagnosis;
        this.deployments = deployments;
        files = new PluginFiles(config.stateDir());
    }

    @Override
    public List<BundleInfo> bundles() {
        return Arrays.stream(context.getBundles())
                .map(bundle -> new BundleInfo(
                        bundle.getBundleId(),
                        bundle.getSymbolicName(),
                        bundle.getVersion().toString(),
                        States.of(bundle),
                        bundle.adapt(BundleStartLevel.class).getStartLevel(),
                        origin(bundle)))
                .toList();
    }

    @Override
    public Change install(String file, byte[] jar) {
        BundleFile bundle = BundleFile.of(file, jar);
        return new PlannedChange(installer.planInstall(bundle), () -> {
            files.save(bundle);
            try {
                return installer.install(bundle, PluginFiles.location(bundle.name()));
            } catch (SkepException e) {
                files.delete(bundle.name());
                throw e;
            }
        });
    }

    @Override
    public Change update(String name, String file, byte[] jar) {
        Bundle bundle = find(name);
        BundleFile replacement = BundleFile.of(file, jar);
        Origin origin = origin(bundle);
        refuseFramework(bundle);
        refuseDeployed(bundle, "copy the new version over it");
        List<String> plan = new ArrayList<>(installer.planUpdate(bundle, replacement));
        if (origin == Origin.SKEP) {
            plan.add("it belongs to Skep: the next version of Skep replaces it again");
        }
        return new PlannedChange(plan, () -> {
            if (origin == Origin.INSTALLED) {
                files.save(replacement);
            }
            return installer.update(bundle, replacement);
        });
    }

    @Override
    public Change start(String name) {
        Bundle bundle = find(name);
        return new PlannedChange(
                List.of("start " + bundle.getSymbolicName() + " " + bundle.getVersion()),
                () -> installer.start(bundle));
    }

    @Override
    public Change stop(String name) {
        Bundle bundle = find(name);
        refuseFramework(bundle);
        if (installer.carriesUs(bundle) || isShell(bundle)) {
            throw SkepException.state(
                    "BUNDLE_NEEDED",
                    bundle.getSymbolicName() + " carries this shell: nobody could start it again",
                    "stop skepd instead");
        }
        return new PlannedChange(installer.planStop(bundle), () -> installer.stop(bundle));
    }

    @Override
    public Change uninstall(String name) {
        Bundle bundle = find(name);
        refuseFramework(bundle);
        refuseDeployed(bundle, "remove it");
        if (origin(bundle) == Origin.SKEP) {
            throw SkepException.state(
                    "BUNDLE_PROTECTED",
                    bundle.getSymbolicName() + " belongs to Skep and cannot be uninstalled",
                    "bundle stop stops it");
        }
        return new PlannedChange(installer.planUninstall(bundle), () -> {
            files.delete(bundle.getSymbolicName());
            return installer.uninstall(bundle);
        });
    }

    @Override
    public List<String> diagnose(Optional<String> name) {
        if (name.isPresent()) {
            return diagnosis.of(find(name.get()));
        }
        return Stream.concat(
                        Arrays.stream(context.getBundles()).flatMap(bundle -> diagnosis.of(bundle).stream()),
                        deployments.rejections().stream())
                .toList();
    }

    private Bundle find(String name) {
        if (name.matches("[0-9]{1,18}")) {
            Bundle bundle = context.getBundle(Long.parseLong(name));
            if (bundle != null) {
                return bundle;
            }
        }
        return Arrays.stream(context.getBundles())
                .filter(bundle -> name.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> SkepException.user(
                        "BUNDLE_UNKNOWN", "no such bundle: " + name, "bundle ls shows IDs and names"));
    }

    private static Origin origin(Bundle bundle) {
        String location = bundle.getLocation();
        if (DeployDirectory.isDeployed(location)) {
            return Origin.DEPLOYED;
        }
        return PluginFiles.isPlugin(location) ? Origin.INSTALLED : Origin.SKEP;
    }

    private static void refuseFramework(Bundle bundle) {
        if (bundle.getBundleId() == 0) {
            throw SkepException.state(
                    "BUNDLE_PROTECTED", bundle.getSymbolicName() + " is the framework itself", "stop skepd instead");
        }
    }

    private static void refuseDeployed(Bundle bundle, String instead) {
        if (origin(bundle) == Origin.DEPLOYED) {
            throw SkepException.state(
                    "BUNDLE_DEPLOYED",
                    bundle.getSymbolicName() + " comes from the file " + DeployDirectory.file(bundle.getLocation()),
                    instead);
        }
    }

    private static boolean isShell(Bundle bundle) {
        return bundle.getSymbolicName().equals("org.skep.shell")
                || bundle.getSymbolicName().equals("org.apache.felix.scr")
                || bundle.getSymbolicName().equals("org.skep.shell.commands");
    }
}
