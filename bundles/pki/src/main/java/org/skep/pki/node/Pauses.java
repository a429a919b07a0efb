package org.skep.pki.node;

import java.time.Duration;

/** Lets time pass between two attempts. */
@FunctionalInterface
interface Pauses {

    void pause(Duration duration) throws InterruptedException;
}
