package org.skep.api.node;

/**
 * Encrypts what this node keeps on disk. A service, present once the node's keys are open: while a manager is locked, it is
 * not there, and nothing that needs it starts. Safe for use from any thread.
 */
public interface StateCipher {

    /**
     * Encrypts and authenticates.
     *
     * @param context bound to the result and not kept in it, such as a file's name and a record's number: the same must
     *     be given to {@link #open}
     */
    byte[] seal(byte[] plain, byte[] context);

    /**
     * Decrypts what {@link #seal} has made.
     *
     * @throws org.skep.api.SkepException {@code STATE_DAMAGED} if it is not what was sealed, or not with this context
     */
    byte[] open(byte[] sealed, byte[] context);
}
