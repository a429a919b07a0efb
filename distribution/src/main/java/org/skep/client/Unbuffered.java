package org.skep.client;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Shows what arrives at once, and stays open for what the client itself has to say. Once nobody reads any more, as
 * behind {@code | head}, there is nothing left to do.
 */
final class Unbuffered extends FilterOutputStream {

    private final Runnable unread;

    /** @param unread what to do when nobody reads any more */
    Unbuffered(OutputStream out, Runnable unread) {
        super(out);
        this.unread = unread;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
            out.flush();
        } catch (IOException e) {
            unread.run();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        out.flush();
    }
}
