package org.skep.shell.commands.service;

import org.skep.api.command.Session;
import org.skep.protocol.revision.Requester;

/** Who asks, as it is recorded with what was asked. */
public final class Asking {

    private Asking() {}

    public static Requester by(Session session) {
        return Requester.newBuilder()
                .setUser(session.user())
                .setOrigin(session.origin())
                .build();
    }
}
