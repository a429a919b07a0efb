package org.skep.pki.node;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.skep.api.SkepException;
import org.skep.store.loop.Loop;
import org.skep.store.loop.Loop.Timer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the certificate in time: between half and four fifths of its life, at random, so that the nodes of a swarm do not
 * come all at once. After a failure it tries again, less and less often, but never so that the certificate would expire
 * untried.
 */
final class RenewalTimer {

    private static final Logger LOG = LoggerFactory.getLogger(RenewalTimer.class);
    private static final double EARLIEST = 0.5;
    private static final double LATEST = 0.8;
    private static final Duration SOON = Duration.ofMillis(500);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    private static final int TRIES_LEFT = 4;

    /** Clocks that differ by more than half a life, or a root that ends, must not make this a loop. */
    private static final Duration LEAST_BETWEEN = Duration.ofMinutes(1);

    private final Loop loop;
    private final Supplier<Optional<Credential>> credential;
    private final Attempt attempt;
    private final RandomGenerator random;

    // On the loop's thread only.
    private Timer timer = () -> {};
    private Duration pause = FIRST_PAUSE;
    private boolean forced;

    /** Renews the certificate, and calls {@link #renewed} if that worked. */
    interface Attempt {
        void renew() throws InterruptedException;
    }

    /** @param credential the present one; empty while keys are closed */
    RenewalTimer(Loop loop, Supplier<Optional<Credential>> credential, Attempt attempt, RandomGenerator random) {
        this.loop = loop;
        this.credential = credential;
        this.attempt = attempt;
        this.random = random;
    }

    /** Keys were opened or closed. */
    void restart() {
        restart(SOON);
    }

    /** The certificate is a new one. */
    void renewed() {
        restart(LEAST_BETWEEN);
    }

    private void restart(Duration least) {
        loop.execute(() -> {
            timer.cancel();
            pause = FIRST_PAUSE;
            forced = false;
            credential.get().ifPresent(present -> {
                Duration delay = untilRenewal(present);
                timer = loop.after(delay.compareTo(least) < 0 ? least : delay, this::renew);
            });
        });
    }

    /** Renews it now, unless that is under way. */
    void soon() {
        loop.execute(() -> {
            if (!forced && credential.get().isPresent()) {
                forced = true;
                timer.cancel();
                timer = loop.after(SOON, this::renew);
            }
        });
    }

    private Duration untilRenewal(Credential present) {
        Duration life = Duration.between(present.issued(), present.expires());
        double share = EARLIEST + (LATEST - EARLIEST) * random.nextDouble();
        Instant when = present.issued().plusMillis((long) (life.toMillis() * share));
        return Duration.between(loop.now(), when);
    }

    private void renew() {
        Credential present = credential.get().orElse(null);
        if (present == null) {
            return;
        }
        try {
            attempt.renew();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (SkepException e) {
            Duration delay = again(present);
            LOG.warn(
                    "the node's certificate, valid until {}, was not renewed; next attempt in {} s: {}",
                    present.expires(),
                    delay.toSeconds(),
                    e.line());
        } catch (RuntimeException e) {
            Duration delay = again(present);
            LOG.error(
                    "the node's certificate, valid until {}, could not be renewed; next attempt in {} s",
                    present.expires(),
                    delay.toSeconds(),
                    e);
        }
    }

    private Duration again(Credential present) {
        forced = false;
        Duration delay = delay(present);
        timer = loop.after(delay, this::renew);
        return delay;
    }

    private Duration delay(Credential present) {
        Duration left = Duration.between(loop.now(), present.expires());
        Duration share = left.dividedBy(TRIES_LEFT);
        Duration delay = left.isNegative() || share.compareTo(pause) > 0 ? pause : share;
        pause = shorter(pause.multipliedBy(2), LONGEST_PAUSE);
        Duration least = delay.compareTo(FIRST_PAUSE) < 0 ? FIRST_PAUSE : delay;
        return least.plusMillis((long) (least.toMillis() * random.nextDouble() / 10));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
