package org.skep.runtime.docker;

import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.skep.api.runtime.LogSink;

/** The input and output of a command in a container. */
final class ExecConnection implements Closeable {

    private static final int MOST = 32 * 1024;
    private static final int STDERR = 2;
    private static final int PADDING = 3;
    private static final int SIZE = 4;

    private final EngineConnection connection;
    private final boolean terminal;

    /** Takes what the command says; may block. */
    interface Output {
        void take(LogSink.Stream stream, byte[] data);
    }

    /**
     * Starts the command.
     *
     * @throws com.github.dockerjava.api.exception.DockerException if the engine refuses
     */
    ExecConnection(EngineAddress address, String exec, boolean terminal) throws IOException {
        this.terminal = terminal;
        connection = EngineConnection.open(
                address, "POST", "/exec/" + exec + "/start", Map.of(), "{\"Detach\":false,\"Tty\":" + terminal + "}");
    }

    /** Blocks until the command says no more. */
    void read(Output output) throws IOException {
        while (!connection.atEnd()) {
            if (terminal) {
                output.take(LogSink.Stream.STDOUT, connection.read(MOST));
            } else {
                readFrame(output);
            }
        }
    }

    private void readFrame(Output output) throws IOException {
        LogSink.Stream stream = connection.next() == STDERR ? LogSink.Stream.STDERR : LogSink.Stream.STDOUT;
        for (int i = 0; i < PADDING; i++) {
            connection.next();
        }
        long left = 0;
        for (int i = 0; i < SIZE; i++) {
            left = left << 8 | connection.next();
        }
        while (left > 0 && !connection.atEnd()) {
            byte[] data = connection.read((int) Math.min(MOST, left));
            left -= data.length;
            output.take(stream, data);
        }
    }

    /** Blocks while the command does not read. */
    void write(byte[] data) throws IOException {
        connection.write(data);
    }

    void endOfInput() throws IOException {
        connection.endOutput();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
