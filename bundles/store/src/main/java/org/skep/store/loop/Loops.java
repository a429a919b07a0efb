package org.skep.store.loop;

/** Makes loops. A service, so that tests can put threads and time under their control. */
public interface Loops {

    /** @param name for the thread */
    Loop open(String name);
}
