/**
 * How the leader's loops run: one thread each, woken by changes of the store and by timers.
 *
 * <p>There is no debounce window: the first change is acted upon at once, and what happens meanwhile is gathered and
 * handed over in one piece as soon as the loop is free.
 */
@Version("0.1.0")
@Export
package org.skep.store.loop;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
