package org.skep.shell.commands.value;

import org.skep.protocol.PlacementPreference;
import org.skep.protocol.SpreadOver;

/** Placement preferences: {@code spread=node.labels.NAME} or {@code spread=engine.labels.NAME}. */
public final class Preferences {

    private static final String SPREAD = "spread=";

    private Preferences() {}

    /** Checks the form; the swarm knows the labels. */
    public static PlacementPreference parse(String text) {
        if (!text.startsWith(SPREAD) || text.length() == SPREAD.length()) {
            throw Values.bad(text, "a placement preference", "use spread=node.labels.NAME");
        }
        return PlacementPreference.newBuilder()
                .setSpread(SpreadOver.newBuilder().setSpreadDescriptor(text.substring(SPREAD.length())))
                .build();
    }

    public static String print(PlacementPreference preference) {
        return SPREAD + preference.getSpread().getSpreadDescriptor();
    }
}
