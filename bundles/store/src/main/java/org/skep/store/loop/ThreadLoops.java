package org.skep.store.loop;

import org.osgi.service.component.annotations.Component;

/** Loops on threads of their own and the system's clock. */
@Component
public final class ThreadLoops implements Loops {

    @Override
    public Loop open(String name) {
        return new ThreadLoop(name);
    }
}
