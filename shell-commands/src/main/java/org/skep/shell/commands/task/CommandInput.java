package org.skep.shell.commands.task;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.skep.control.Reach;
import org.skep.protocol.reach.ExecInput;
import org.skep.protocol.reach.WindowSize;

/**
 * What a command in a task gets from its user: all of a stream, read by a thread of its own as fast as the command takes
 * it, and sizes of the user's window in between.
 */
final class CommandInput implements AutoCloseable {

    private static final int PIECE = 32 << 10;
    private static final long END_MILLIS = 1_000;

    private final Reach.Input command;
    private final Thread reader;

    // Guarded by this.
    private boolean busy;
    private boolean closed;
    private Optional<WindowSize> due = Optional.empty();

    CommandInput(InputStream in, Reach.Input command) {
        this.command = command;
        reader = new Thread(() -> read(in), Thread.currentThread().getName() + " input");
        reader.setDaemon(true);
        reader.start();
    }

    private void read(InputStream in) {
        byte[] piece = new byte[PIECE];
        try {
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                if (count > 0) {
                    send(ExecInput.newBuilder().setData(ByteString.copyFrom(piece, 0, count)));
                }
            }
            send(ExecInput.newBuilder().setEnd(true));
        } catch (IOException | InterruptedException e) {
            // The command has ended, or its user has gone: then it is told so.
            Thread.currentThread().interrupt();
        }
    }

    private void send(ExecInput.Builder input) throws InterruptedException {
        synchronized (this) {
            while (busy && !closed) {
                wait();
            }
            if (closed) {
                throw new InterruptedException();
            }
            busy = true;
        }
        hand(input.build());
    }

    /** Does not wait: while other input is on its way, the newest size waits for it. */
    void resize(int width, int height) {
        WindowSize size =
                WindowSize.newBuilder().setWidth(width).setHeight(height).build();
        synchronized (this) {
            if (busy) {
                due = Optional.of(size);
                return;
            }
            busy = true;
        }
        hand(ExecInput.newBuilder().setSize(size).build());
    }

    private void hand(ExecInput input) {
        command.send(input).whenComplete((taken, failure) -> next().ifPresent(
                        size -> hand(ExecInput.newBuilder().setSize(size).build())));
    }

    private synchronized Optional<WindowSize> next() {
        Optional<WindowSize> size = due;
        due = Optional.empty();
        busy = size.isPresent();
        notifyAll();
        return size;
    }

    /** Nothing is read any more. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        reader.interrupt();
        boolean interrupted = Thread.interrupted();
        try {
            reader.join(END_MILLIS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
