package org.skep.rpc;

import java.util.concurrent.CompletionStage;
import org.skep.api.node.Endpoint;

/** The port on which this manager answers. A service, present while this node is a manager. */
public interface ManagerPort {

    Endpoint address();

    /**
     * Completes once the port is open; fails with a {@link org.skep.api.SkepException}, {@code PORT_IN_USE} or
     * {@code ADDRESS_UNUSABLE}, if it could not be opened. It is tried again every second all the same: a later call tells
     * how that went.
     */
    CompletionStage<Void> open();
}
