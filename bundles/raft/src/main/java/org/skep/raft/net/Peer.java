package org.skep.raft.net;

import org.jgroups.Address;
import org.jgroups.stack.IpAddress;

/** A manager that was heard of. */
final class Peer {

    private final String nodeId;
    private final Address address;
    private volatile IpAddress route;
    private volatile int silent;
    private volatile boolean inTouch;

    Peer(String nodeId, Address address) {
        this.nodeId = nodeId;
        this.address = address;
    }

    String nodeId() {
        return nodeId;
    }

    /** What stands for it as long as it runs. */
    Address address() {
        return address;
    }

    /** Where it is; null if that is not known yet. */
    IpAddress route() {
        return route;
    }

    void route(IpAddress newRoute) {
        route = newRoute;
    }

    /** For how many beats it has said nothing. */
    int silent() {
        return silent;
    }

    void silent(int beats) {
        silent = beats;
    }

    boolean isInTouch() {
        return inTouch;
    }

    /** Returns whether it was not so before. */
    synchronized boolean inTouch(boolean now) {
        boolean news = inTouch != now;
        inTouch = now;
        return news;
    }
}
