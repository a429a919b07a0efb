package org.skep.plugins.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.BundleWire;
import org.osgi.framework.wiring.BundleWiring;
import org.osgi.framework.wiring.FrameworkWiring;

/** Who is touched when a bundle changes. */
final class Dependents {

    private final FrameworkWiring wiring;

    Dependents(FrameworkWiring wiring) {
        this.wiring = wiring;
    }

    /** The bundles that are wired to this one, directly or through others, and restart with it. */
    List<Bundle> wiredTo(Bundle bundle) {
        List<Bundle> others = new ArrayList<>(wiring.getDependencyClosure(List.of(bundle)));
        others.remove(bundle);
        return others;
    }

    /** The names of bundles that use a service of this one at this moment. */
    static Set<String> usingServicesOf(Bundle bundle) {
        Set<String> names = new TreeSet<>();
        ServiceReference<?>[] services = bundle.getRegisteredServices();
        for (ServiceReference<?> service : services == null ? new ServiceReference<?>[0] : services) {
            Bundle[] users = service.getUsingBundles();
            for (Bundle user : users == null ? new Bundle[0] : users) {
                if (user.getBundleId() != 0 && !user.equals(bundle) && !isComponentRuntime(user)) {
                    names.add(user.getSymbolicName());
                }
            }
        }
        return names;
    }

    /** Uses services on behalf of others only. */
    private static boolean isComponentRuntime(Bundle bundle) {
        return bundle.getSymbolicName().equals("org.apache.felix.scr");
    }

    /** What others take from a bundle and would find nowhere once it has only these capabilities; a phrase each. */
    Set<String> lostBy(Bundle bundle, Optional<BundleRevision> replacement) {
        Set<String> lost = new TreeSet<>();
        BundleWiring current = bundle.adapt(BundleWiring.class);
        if (current == null) {
            return lost;
        }
        for (BundleWire wire : current.getProvidedWires(null)) {
            Bundle user = wire.getRequirer().getBundle();
            if (!user.equals(bundle)
                    && Requirements.mandatory(wire.getRequirement())
                    && !offered(wire, bundle, replacement)) {
                lost.add(user.getSymbolicName() + " needs " + Requirements.describe(wire.getRequirement()));
            }
        }
        return lost;
    }

    private boolean offered(BundleWire wire, Bundle leaving, Optional<BundleRevision> replacement) {
        boolean byReplacement = replacement.stream()
                .flatMap(revision -> revision.getDeclaredCapabilities(null).stream())
                .anyMatch(wire.getRequirement()::matches);
        return byReplacement
                || wiring.findProviders(wire.getRequirement()).stream()
                        .map(BundleCapability::getRevision)
                        .map(BundleRevision::getBundle)
                        .anyMatch(other -> !other.equals(leaving)
                                && replacement.stream()
                                        .noneMatch(it -> it.getBundle().equals(other)));
    }

    static String names(Collection<Bundle> bundles) {
        Set<String> names = new TreeSet<>();
        bundles.forEach(bundle -> names.add(bundle.getSymbolicName()));
        return String.join(", ", names);
    }
}
