package org.skep.runtime.docker;

import com.github.dockerjava.api.exception.BadRequestException;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.InternalServerErrorException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.UnauthorizedException;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One request on a connection of its own, for what the client library cannot do: answers that it has no words for, and
 * connections that the engine hands over to a command and that end one way before the other. An interrupt breaks it off.
 */
final class EngineConnection implements Closeable {

    private static final int BUFFER = 32 * 1024;
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final int LONGEST_BODY = 16 << 20;
    private static final int REFUSED = 300;

    private final SocketChannel channel;
    private final ByteBuffer incoming = ByteBuffer.allocate(BUFFER).flip();

    private EngineConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Sends a request, and reads the answer's head.
     *
     * @param body JSON; empty for none
     * @throws DockerException if the engine refuses
     */
    static EngineConnection open(
            EngineAddress address, String method, String path, Map<String, String> headers, String body)
            throws IOException {
        EngineConnection connection = new EngineConnection(address.connect());
        try {
            connection.request(method, path, headers, body.getBytes(StandardCharsets.UTF_8));
            return connection;
        } catch (IOException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** In the version of HTTP where the answer ends with the connection. */
    private void request(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.0\r\nHost: docker\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        if (body.length > 0) {
            head.append("Content-Type: application/json\r\nContent-Length: " + body.length + "\r\n");
        }
        write(head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII));
        write(body);
        int status = status(head());
        if (status >= REFUSED) {
            throw refusal(status, body());
        }
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < LONGEST_HEAD) {
            head.append((char) next());
            if (head.length() >= 4 && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                return head.toString();
            }
        }
        throw new IOException("the answer is no HTTP");
    }

    private static int status(String head) throws IOException {
        String[] words = head.split("\\s", 3);
        try {
            return Integer.parseInt(words[1]);
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            throw new IOException("the answer is no HTTP", e);
        }
    }

    private static DockerException refusal(int status, String body) {
        return switch (status) {
            case 400 -> new BadRequestException(body);
            case 401 -> new UnauthorizedException(body);
            case 404 -> new NotFoundException(body);
            case 409 -> new ConflictException(body);
            case 500 -> new InternalServerErrorException(body);
            default -> new DockerException(body, status);
        };
    }

    /** All the rest of the answer. */
    String body() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (byte[] data = read(BUFFER); data.length > 0; data = read(BUFFER)) {
            body.writeBytes(data);
            if (body.size() > LONGEST_BODY) {
                throw new IOException("the answer is too long");
            }
        }
        return body.toString(StandardCharsets.UTF_8);
    }

    /** Up to so many bytes, as soon as there are any; none at the end. */
    byte[] read(int most) throws IOException {
        byte[] data = new byte[fill() ? Math.min(most, incoming.remaining()) : 0];
        incoming.get(data);
        return data;
    }

    /** @throws EOFException at the end */
    int next() throws IOException {
        if (!fill()) {
            throw new EOFException("the engine closed the connection");
        }
        return incoming.get() & 0xff;
    }

    private boolean fill() throws IOException {
        if (incoming.hasRemaining()) {
            return true;
        }
        incoming.clear();
        int count = channel.read(incoming);
        incoming.flip();
        return count > 0;
    }

    boolean atEnd() throws IOException {
        return !fill();
    }

    /** Blocks while the other side does not read. */
    void write(byte[] data) throws IOException {
        ByteBuffer outgoing = ByteBuffer.wrap(data);
        synchronized (channel) {
            while (outgoing.hasRemaining()) {
                channel.write(outgoing);
            }
        }
    }

    /** Nothing more is written; what the other side writes still comes. */
    void endOutput() throws IOException {
        synchronized (channel) {
            channel.shutdownOutput();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
