package org.skep.control.testing;

import org.skep.protocol.revision.Requester;

/** Who asks in tests. */
public final class Users {

    public static final Requester ANN =
            Requester.newBuilder().setUser("ann").setOrigin("10.0.0.7:51234").build();

    private Users() {}
}
