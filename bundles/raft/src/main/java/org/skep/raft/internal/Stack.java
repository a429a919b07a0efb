package org.skep.raft.internal;

import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.SHARED_LOOPBACK;
import org.jgroups.protocols.SHARED_LOOPBACK_PING;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.raft.ELECTION;
import org.jgroups.protocols.raft.RAFT;

/** The protocols that managers talk to each other. */
final class Stack {

    private Stack() {}

    /**
     * For a manager that is alone: it opens no socket at all, so nobody can talk his way into the group, and has nobody
     * to wait for when it starts.
     */
    static JChannel alone(RAFT raft) throws Exception {
        SHARED_LOOPBACK transport = new SHARED_LOOPBACK();
        transport.setBundlerType("no-bundler");
        transport.getThreadPool().setMinThreads(0).setMaxThreads(4).setKeepAliveTime(1_000);
        GMS membership = new GMS().printLocalAddress(false);
        membership.joinTimeout(1);
        return new JChannel(
                List.of(transport, new SHARED_LOOPBACK_PING(), new Nobody(), membership, new ELECTION(), raft));
    }
}
