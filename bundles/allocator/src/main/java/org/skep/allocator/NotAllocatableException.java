package org.skep.allocator;

/** Something a task needs is missing. The message becomes the task's error. */
final class NotAllocatableException extends Exception {

    NotAllocatableException(String message) {
        super(message);
    }
}
