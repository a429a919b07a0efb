package org.skep.control.local;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.skep.api.SkepException;
import org.skep.protocol.Placement;
import org.skep.protocol.PlacementPreference;
import org.skep.protocol.placement.Constraint;
import org.skep.protocol.placement.InvalidConstraintException;

/** What a service may say about where its tasks go. */
final class PlacementRules {

    private static final int LONGEST_CONSTRAINT = 1024;
    private static final int MOST_PREFERENCES = 16;
    private static final Set<String> KEYS =
            Set.of("node.id", "node.hostname", "node.ip", "node.role", "node.platform.os", "node.platform.arch");
    private static final Pattern LABEL = Pattern.compile("(node|engine)\\.labels\\..+", Pattern.CASE_INSENSITIVE);

    private PlacementRules() {}

    static void check(Placement placement) {
        placement.getConstraintsList().forEach(PlacementRules::checkConstraint);
        Numbers.checkCount("INVALID_PLACEMENT", "replicas max per node", placement.getMaxReplicas());
        if (placement.getPreferencesCount() > MOST_PREFERENCES) {
            throw invalid(
                    placement.getPreferencesCount() + " placement preferences are too many",
                    "at most " + MOST_PREFERENCES);
        }
        placement.getPreferencesList().forEach(PlacementRules::checkPreference);
    }

    private static void checkConstraint(String text) {
        if (text.length() > LONGEST_CONSTRAINT) {
            throw SkepException.user(
                    "INVALID_CONSTRAINT",
                    "constraint \"" + Shown.of(text) + "\" is too long",
                    "at most " + LONGEST_CONSTRAINT + " characters");
        }
        try {
            checkKey(Constraint.parse(text).key());
        } catch (InvalidConstraintException e) {
            throw SkepException.user("INVALID_CONSTRAINT", e.getMessage().replaceAll("\\p{Cntrl}", "?"), "");
        }
    }

    /** No node meets a constraint whose key is not known, so its service would wait for ever. */
    private static void checkKey(String key) {
        if (!KEYS.contains(key.toLowerCase(Locale.ROOT)) && !LABEL.matcher(key).matches()) {
            throw SkepException.user(
                    "INVALID_CONSTRAINT",
                    "\"" + Shown.of(key) + "\" is not a key of constraints",
                    "node.id, node.hostname, node.ip, node.role, node.platform.os, node.platform.arch, node.labels.NAME"
                            + " or engine.labels.NAME");
        }
    }

    private static void checkPreference(PlacementPreference preference) {
        if (!preference.hasSpread()) {
            throw invalid("unknown placement preference", "spread over node.labels.NAME or engine.labels.NAME");
        }
        String over = preference.getSpread().getSpreadDescriptor();
        if (over.length() > LONGEST_CONSTRAINT || !LABEL.matcher(over).matches()) {
            throw invalid(
                    "tasks cannot be spread over \"" + Shown.of(over) + "\"", "node.labels.NAME or engine.labels.NAME");
        }
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user("INVALID_PLACEMENT", message, hint);
    }
}
