package org.skep.shell.commands.node;

import java.util.Locale;
import org.skep.protocol.NodeSpec;

/** Whether a node takes tasks, in the words of the command line. */
public enum Availability {
    ACTIVE,
    PAUSE,
    DRAIN;

    public NodeSpec.Availability spec() {
        return NodeSpec.Availability.valueOf(name());
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
