package org.skep.client;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Shows what arrives at once, and stays open for what the client itself has to say. */
final class Unbuffered extends FilterOutputStream {

    Unbuffered(OutputStream out) {
        super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.flush();
    }
}
