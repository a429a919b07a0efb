package org.skep.rpc.server;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Divides among addresses what anyone can make us spend. When all of it is taken, who has most gives way to who has less,
 * so that one who takes all he can does not keep others out. Safe for use from any thread.
 */
final class Shares {

    /**
     * How much there is.
     *
     * @param inAll for all addresses together
     * @param ofOne for one address
     */
    record Limits(long inAll, long ofOne) {}

    private final Limits limits;
    private final Map<String, Share> shares = new HashMap<>();
    private long taken;

    private static final class Share {
        final Set<Part> parts = new LinkedHashSet<>();
        long taken;
    }

    Shares(Limits limits) {
        this.limits = limits;
    }

    /** What one thing of an address takes, which is nothing at first. */
    final class Part {

        private final String address;
        private final Runnable giveWay;
        private long size;
        private boolean gone;

        private Part(String address, Runnable giveWay) {
            this.address = address;
            this.giveWay = giveWay;
        }

        /** @return false if there is no more, or it had to give way: then it is as it was, and should end */
        boolean take(long more) {
            return Shares.this.take(this, more);
        }

        /** Gives back all that it has. It may take again. */
        void giveBack() {
            Shares.this.giveBack(this);
        }
    }

    /** @param giveWay ends the thing; may be called from any thread, once */
    Part part(String address, Runnable giveWay) {
        return new Part(address, giveWay);
    }

    private boolean take(Part part, long more) {
        Part other = null;
        synchronized (this) {
            Share own = shares.computeIfAbsent(part.address, address -> new Share());
            boolean fits = !part.gone && own.taken + more <= limits.ofOne();
            if (fits && taken + more > limits.inAll()) {
                other = largest(own.taken + more);
                fits = other != null && taken + more - other.size <= limits.inAll();
            }
            if (!fits) {
                forgetIfEmpty(part.address, own);
                return false;
            }
            if (other != null) {
                other.gone = true;
                giveBack(other);
            }
            own.parts.add(part);
            own.taken += more;
            part.size += more;
            taken += more;
        }
        if (other != null) {
            other.giveWay.run();
        }
        return true;
    }

    /** The largest part, and of these the oldest, of the address that has most, if that is more than this. */
    private Part largest(long than) {
        return shares.values().stream()
                .max(Comparator.comparingLong(share -> share.taken))
                .filter(share -> share.taken > than)
                .map(share -> share.parts)
                .flatMap(Shares::largest)
                .orElse(null);
    }

    private static Optional<Part> largest(Collection<Part> parts) {
        return parts.stream().reduce((one, next) -> next.size > one.size ? next : one);
    }

    private synchronized void giveBack(Part part) {
        Share own = shares.get(part.address);
        if (own != null && own.parts.remove(part)) {
            own.taken -= part.size;
            taken -= part.size;
            part.size = 0;
            forgetIfEmpty(part.address, own);
        }
    }

    private void forgetIfEmpty(String address, Share share) {
        if (share.parts.isEmpty()) {
            shares.remove(address);
        }
    }
}
