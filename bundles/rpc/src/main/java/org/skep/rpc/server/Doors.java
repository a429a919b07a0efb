package org.skep.rpc.server;

import java.util.HashMap;
import java.util.Map;

/**
 * Counts connections that have not shown a certificate, in all and by address. Such connections cost memory that anyone
 * can make us spend. Safe for use from any thread.
 */
final class Doors {

    /**
     * How many connections there may be.
     *
     * @param inAll of all addresses together
     * @param ofOne from one address
     */
    record Limits(int inAll, int ofOne) {}

    private final Limits limits;
    private final Map<String, Integer> byAddress = new HashMap<>();
    private int inAll;

    Doors(Limits limits) {
        this.limits = limits;
    }

    /** @return false if there are too many already; otherwise it has to {@link #leave} */
    synchronized boolean enter(String address) {
        int ofOne = byAddress.getOrDefault(address, 0);
        if (inAll >= limits.inAll() || ofOne >= limits.ofOne()) {
            return false;
        }
        byAddress.put(address, ofOne + 1);
        inAll++;
        return true;
    }

    synchronized void leave(String address) {
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
        inAll--;
    }
}
