package org.skep.shell.commands.node;

import java.util.Locale;
import org.skep.protocol.NodeRole;

/** What a node is for, in the words of the command line. */
public enum RoleWord {
    WORKER(NodeRole.NODE_ROLE_WORKER),
    MANAGER(NodeRole.NODE_ROLE_MANAGER);

    private final NodeRole role;

    RoleWord(NodeRole role) {
        this.role = role;
    }

    public NodeRole role() {
        return role;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
