package org.skep.dispatcher;

import java.util.concurrent.CompletionStage;
import org.skep.api.node.Endpoint;

/** Asks whether a host is there at all, whatever runs on it. */
interface HostProbe {

    /** @return false if the host gave no answer in time; true if it did, or if it is not to be found out */
    CompletionStage<Boolean> answers(Endpoint endpoint);
}
