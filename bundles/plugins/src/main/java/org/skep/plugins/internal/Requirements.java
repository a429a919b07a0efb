package org.skep.plugins.internal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.Constants;
import org.osgi.framework.namespace.PackageNamespace;
import org.osgi.framework.wiring.BundleCapability;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.osgi.resource.Namespace;
import org.osgi.resource.Requirement;

/** What a bundle needs before it can run, and what of that nobody offers. */
final class Requirements {

    private static final Pattern PACKAGE = Pattern.compile("\\(osgi\\.wiring\\.package=([^)]+)\\)");
    private static final Pattern FLOOR = Pattern.compile("\\(version>=([^)]+)\\)");
    private static final Pattern CEILING = Pattern.compile("\\(!\\(version>=([^)]+)\\)\\)");

    private static final int MOST_PHRASES = 5;

    private final FrameworkWiring wiring;
    private final Predicate<Bundle> counts;

    /** @param counts which bundles may offer something */
    Requirements(FrameworkWiring wiring, Predicate<Bundle> counts) {
        this.wiring = wiring;
        this.counts = counts;
    }

    /** What keeps a bundle from being resolved, one phrase each; no more than an operator reads. */
    List<String> missing(Bundle bundle) {
        List<String> all = new ArrayList<>(missing(bundle, new HashSet<>()));
        if (all.size() <= MOST_PHRASES) {
            return all;
        }
        List<String> some = new ArrayList<>(all.subList(0, MOST_PHRASES));
        some.add("and " + (all.size() - MOST_PHRASES) + " more");
        return some;
    }

    private Set<String> missing(Bundle bundle, Set<Bundle> asked) {
        Set<String> missing = new TreeSet<>();
        asked.add(bundle);
        BundleRevision revision = bundle.adapt(BundleRevision.class);
        for (Requirement requirement : revision.getDeclaredRequirements(null)) {
            if (mandatory(requirement)) {
                lack(requirement, asked).ifPresent(missing::add);
            }
        }
        return missing;
    }

    private Optional<String> lack(Requirement requirement, Set<Bundle> asked) {
        Set<String> why = new TreeSet<>();
        for (BundleCapability provider : wiring.findProviders(requirement)) {
            Bundle bundle = provider.getRevision().getBundle();
            if (!counts.test(bundle)) {
                continue;
            }
            if (bundle.getState() != Bundle.INSTALLED || asked.contains(bundle)) {
                return Optional.empty();
            }
            Set<String> itsOwn = missing(bundle, asked);
            if (itsOwn.isEmpty()) {
                return Optional.empty();
            }
            why.add(bundle.getSymbolicName() + " would offer it, but lacks " + String.join(", ", itsOwn));
        }
        return Optional.of(describe(requirement) + (why.isEmpty() ? others(requirement) : " (" + join(why) + ")"));
    }

    static boolean mandatory(Requirement requirement) {
        String effective = requirement.getDirectives().get(Namespace.REQUIREMENT_EFFECTIVE_DIRECTIVE);
        return !Namespace.RESOLUTION_OPTIONAL.equals(
                        requirement.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
                && !"dynamic".equals(requirement.getDirectives().get(Namespace.REQUIREMENT_RESOLUTION_DIRECTIVE))
                && (effective == null || effective.equals(Namespace.EFFECTIVE_RESOLVE));
    }

    /** In words: {@code package org.example [1.0.0,2.0.0)}. */
    static String describe(Requirement requirement) {
        String filter = filter(requirement);
        Matcher name = PACKAGE.matcher(filter);
        if (!requirement.getNamespace().equals(PackageNamespace.PACKAGE_NAMESPACE) || !name.find()) {
            return requirement.getNamespace() + " " + filter;
        }
        Matcher floor = FLOOR.matcher(filter);
        Matcher ceiling = CEILING.matcher(filter);
        String from = floor.find() ? floor.group(1) : "";
        String range = ceiling.find() ? " [" + from + "," + ceiling.group(1) + ")" : from.isEmpty() ? "" : " " + from;
        return "package " + name.group(1) + range;
    }

    /** Which versions there are of a package that is there, but in none that fits. */
    private String others(Requirement requirement) {
        Matcher name = PACKAGE.matcher(filter(requirement));
        if (!name.find()) {
            return "";
        }
        Set<String> versions = new TreeSet<>();
        for (BundleCapability other : wiring.findProviders(new AnyVersion(name.group(1)))) {
            Bundle bundle = other.getRevision().getBundle();
            if (counts.test(bundle)) {
                versions.add(
                        other.getAttributes().get(Constants.VERSION_ATTRIBUTE) + " from " + bundle.getSymbolicName());
            }
        }
        return versions.isEmpty() ? "" : " (there is " + join(versions) + ")";
    }

    private static String filter(Requirement requirement) {
        return String.valueOf(requirement.getDirectives().get(Namespace.REQUIREMENT_FILTER_DIRECTIVE));
    }

    private static String join(Collection<String> phrases) {
        return String.join("; ", phrases);
    }
}
