package org.skep.raft.net;

import java.net.InetAddress;
import org.jgroups.Address;
import org.jgroups.EmptyMessage;
import org.jgroups.stack.IpAddress;

/** Signs of life that a test gives in the name of managers. */
public final class TestBeats {

    private TestBeats() {}

    /** The first one that comes from a manager. */
    public static void touch(Peers peers, Address from, Pulse pulse) {
        IpAddress route = new IpAddress(InetAddress.getLoopbackAddress(), 1);
        peers.up(new EmptyMessage().setSrc(from).putHeader(peers.getId(), Beat.of(route, pulse)));
    }
}
