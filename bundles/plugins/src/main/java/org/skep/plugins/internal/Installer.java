package org.skep.plugins.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;

/** Brings bundles into the framework and takes them out, after a check; the only one to refresh, and only as planned. */
@Component(service = Installer.class)
public final class Installer {

    private static final long SECONDS_TO_REFRESH = 60;

    private final BundleContext context;
    private final FrameworkWiring wiring;
    private final Diagnosis diagnosis;

    @Activate
    public Installer(BundleContext context, @Reference Diagnosis diagnosis) {
        this.context = context;
        this.diagnosis = diagnosis;
        wiring = context.getBundle(0).adapt(FrameworkWiring.class);
    }

    /** Checks that a bundle would run here, and plans its arrival. */
    List<String> planInstall(BundleFile file) {
        for (Bundle bundle : context.getBundles()) {
            if (file.name().equals(bundle.getSymbolicName())) {
                throw SkepException.state(
                        "BUNDLE_EXISTS",
                        file.name() + " is already here: bundle " + bundle.getBundleId() + ", version "
                                + bundle.getVersion(),
                        "use bundle update " + bundle.getBundleId() + " to replace it");
            }
        }
        return trial(file, Optional.empty(), candidate -> List.of("install " + file + ": nothing else restarts"));
    }

    /** Installs and starts; takes it back if it does not start. */
    synchronized List<String> install(BundleFile file, String location) {
        try {
            Bundle bundle = context.installBundle(location, file.stream());
            try {
                bundle.start(Bundle.START_ACTIVATION_POLICY);
            } catch (BundleException e) {
                bundle.uninstall();
                throw refused(file + " does not start", e);
            }
            return report("installed", bundle);
        } catch (BundleException e) {
            throw refused(file + " cannot be installed", e);
        }
    }

    /** Checks that a new version would run here, and plans what it means for others. */
    List<String> planUpdate(Bundle bundle, BundleFile file) {
        if (!file.name().equals(bundle.getSymbolicName())) {
            throw SkepException.user(
                    "BUNDLE_OTHER",
                    file.file() + " is " + file + ", not a version of " + bundle.getSymbolicName(),
                    "use bundle install for a new bundle");
        }
        return trial(file, Optional.of(bundle), candidate -> {
            Dependents dependents = new Dependents(wiring);
            Set<String> lost = dependents.lostBy(bundle, Optional.of(candidate));
            if (!lost.isEmpty()) {
                throw SkepException.state(
                        "BUNDLE_NEEDED",
                        file + " no longer has what others need: " + String.join("; ", lost),
                        "nothing has changed");
            }
            List<String> plan = new ArrayList<>();
            plan.add("update " + bundle.getSymbolicName() + " from " + bundle.getVersion() + " to " + file.version());
            plan.addAll(effects(bundle, dependents));
            return plan;
        });
    }

    synchronized List<String> update(Bundle bundle, BundleFile file) throws InterruptedException {
        boolean carriesUs = carriesUs(bundle);
        try {
            bundle.update(file.stream());
        } catch (BundleException e) {
            throw refused(file + " does not start", e);
        }
        refresh(bundle, carriesUs);
        return carriesUs ? List.of("updated " + file) : report("updated", bundle);
    }

    List<String> planStop(Bundle bundle) {
        List<String> plan = new ArrayList<>();
        plan.add("stop " + name(bundle));
        plan.addAll(pausing(bundle));
        return plan;
    }

    List<String> planUninstall(Bundle bundle) {
        Set<String> lost = new Dependents(wiring).lostBy(bundle, Optional.empty());
        if (!lost.isEmpty()) {
            throw SkepException.state(
                    "BUNDLE_NEEDED",
                    name(bundle) + " is needed: " + String.join("; ", lost),
                    "uninstall what needs it first");
        }
        List<String> plan = new ArrayList<>();
        plan.add("uninstall " + name(bundle));
        plan.addAll(pausing(bundle));
        return plan;
    }

    synchronized List<String> uninstall(Bundle bundle) throws InterruptedException {
        String name = name(bundle);
        boolean carriesUs = carriesUs(bundle);
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            throw refused(name + " cannot be uninstalled", e);
        }
        refresh(bundle, carriesUs);
        return List.of("uninstalled " + name);
    }

    List<String> start(Bundle bundle) {
        try {
            bundle.start(Bundle.START_ACTIVATION_POLICY);
            return report("started", bundle);
        } catch (BundleException e) {
            throw refused(name(bundle) + " does not start", e);
        }
    }

    List<String> stop(Bundle bundle) {
        try {
            bundle.stop();
            return List.of("stopped " + name(bundle));
        } catch (BundleException e) {
            throw refused(name(bundle) + " does not stop", e);
        }
    }

    /** Whether this very room, and with it whoever waits for an answer, goes down with a bundle. */
    boolean carriesUs(Bundle bundle) {
        return bundle.equals(context.getBundle())
                || new Dependents(wiring).wiredTo(bundle).contains(context.getBundle());
    }

    private interface Planner {
        List<String> plan(BundleRevision candidate);
    }

    /** Shows the candidate to the framework, without resolving or starting anything, and takes it out again. */
    private synchronized List<String> trial(BundleFile file, Optional<Bundle> replaced, Planner planner) {
        Bundle candidate;
        try {
            candidate = context.installBundle("trial:" + file.name(), file.stream());
        } catch (BundleException e) {
            throw refused(file.file() + " is not a bundle", e);
        }
        try {
            List<String> missing =
                    new Requirements(wiring, other -> replaced.stream().noneMatch(other::equals)).missing(candidate);
            if (!missing.isEmpty()) {
                throw SkepException.state(
                        "BUNDLE_UNRESOLVED",
                        file + " cannot run here: nothing offers " + String.join("; ", missing),
                        "nothing has changed");
            }
            return planner.plan(candidate.adapt(BundleRevision.class));
        } finally {
            remove(candidate);
        }
    }

    private static void remove(Bundle candidate) {
        try {
            candidate.uninstall();
        } catch (BundleException e) {
            throw refused(candidate.getSymbolicName() + " cannot be removed after the check", e);
        }
    }

    private List<String> effects(Bundle bundle, Dependents dependents) {
        List<Bundle> restarting = dependents.wiredTo(bundle);
        List<String> effects = new ArrayList<>();
        effects.add(restarting.isEmpty() ? "nothing else restarts" : "these restart: " + Dependents.names(restarting));
        effects.addAll(pausing(bundle));
        if (carriesUs(bundle)) {
            effects.add("the shell is among them: this session may end");
        }
        return effects;
    }

    private static List<String> pausing(Bundle bundle) {
        Set<String> users = Dependents.usingServicesOf(bundle);
        return users.isEmpty() ? List.of() : List.of("its services are in use by: " + String.join(", ", users));
    }

    private void refresh(Bundle bundle, boolean carriesUs) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        wiring.refreshBundles(List.of(bundle), event -> done.countDown());
        if (!carriesUs && !done.await(SECONDS_TO_REFRESH, TimeUnit.SECONDS)) {
            throw SkepException.state(
                    "BUNDLE_SLOW",
                    "the bundles that depend on " + bundle.getSymbolicName() + " have not restarted after "
                            + SECONDS_TO_REFRESH + " seconds",
                    "see bundle diag");
        }
    }

    private List<String> report(String what, Bundle bundle) {
        List<String> report = new ArrayList<>();
        report.add(what + " " + name(bundle) + " as bundle " + bundle.getBundleId());
        report.addAll(diagnosis.of(bundle));
        return report;
    }

    private static String name(Bundle bundle) {
        return bundle.getSymbolicName() + " " + bundle.getVersion();
    }

    private static SkepException refused(String what, BundleException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        String why = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        return SkepException.external("BUNDLE_REFUSED", what + ": " + why, "", e);
    }
}
