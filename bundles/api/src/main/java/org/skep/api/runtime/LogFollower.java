package org.skep.api.runtime;

/** A running log. */
@FunctionalInterface
public interface LogFollower extends AutoCloseable {
    @Override
    void close();
}
