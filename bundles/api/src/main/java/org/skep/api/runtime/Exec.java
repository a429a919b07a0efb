package org.skep.api.runtime;

/** A command that runs inside a task. All methods may be called from any thread. */
public interface Exec extends AutoCloseable {

    /** Sends input to the command. Blocks while it does not read; input it no longer wants is dropped. */
    void input(byte[] data) throws InterruptedException;

    /** No more input will come. */
    void endOfInput();

    /** The terminal has another size, in characters; ignored without a terminal. */
    void resize(int width, int height);

    /** Lets go of the command: it is killed if the runtime can do that. The sink hears nothing more. */
    @Override
    void close();
}
