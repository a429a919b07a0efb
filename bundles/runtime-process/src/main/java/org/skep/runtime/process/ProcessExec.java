package org.skep.runtime.process;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.skep.api.runtime.Exec;
import org.skep.api.runtime.ExecSink;
import org.skep.api.runtime.LogSink;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A command inside a task, run by {@code exec.pl}. One thread of its own reads what it says, for as long as it runs. */
final class ProcessExec implements Exec {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessExec.class);
    private static final int LONGEST = 1 << 20;
    private static final int PIECE = 32 * 1024;

    private final Process helper;
    private final ExecSink sink;
    private final Consumer<ProcessExec> whenOver;
    private final DataOutputStream frames;
    private final Thread thread = new Thread(this::run, "process-exec");
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicBoolean over = new AtomicBoolean();
    private volatile String size = "";

    ProcessExec(Process helper, ExecSink sink, Consumer<ProcessExec> whenOver) {
        this.helper = helper;
        this.sink = sink;
        this.whenOver = whenOver;
        this.frames = new DataOutputStream(helper.getOutputStream());
        thread.setDaemon(true);
    }

    /** @param own what is asked of this command, in the words of a task's {@code spec} */
    void begin(byte[] own) {
        write('s', own);
        thread.start();
    }

    private void run() {
        try (DataInputStream answers = new DataInputStream(helper.getInputStream())) {
            while (hear((char) answers.readByte(), answers.readInt(), answers)) {
                LOG.trace("more to come");
            }
        } catch (IOException e) {
            fail("the command is lost");
        } catch (RuntimeException e) {
            LOG.warn("a command inside a task", e);
            fail("a defect in the process runtime: " + e.getMessage());
        } finally {
            helper.destroy();
            whenOver.accept(this);
        }
    }

    /** @return whether more comes */
    private boolean hear(char letter, int length, DataInputStream answers) throws IOException {
        if (length < 0 || length > LONGEST) {
            throw new IOException("not a frame");
        }
        byte[] content = answers.readNBytes(length);
        switch (letter) {
            case 'o' -> say(LogSink.Stream.STDOUT, content);
            case 'e' -> say(LogSink.Stream.STDERR, content);
            case 'x' -> {
                if (over.compareAndSet(false, true)) {
                    sink.ended(Integer.parseInt(text(content)));
                }
            }
            default -> fail(text(content));
        }
        return letter == 'o' || letter == 'e';
    }

    private void say(LogSink.Stream stream, byte[] data) {
        if (!over.get()) {
            sink.output(stream, data);
        }
    }

    private void fail(String problem) {
        if (over.compareAndSet(false, true)) {
            sink.failed(problem);
        }
    }

    private static String text(byte[] content) {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Override
    public void input(byte[] data) throws InterruptedException {
        writing.lockInterruptibly();
        try {
            for (int at = 0; at < data.length && !over.get(); at += PIECE) {
                int length = Math.min(PIECE, data.length - at);
                write('i', java.util.Arrays.copyOfRange(data, at, at + length));
            }
        } finally {
            writeSize();
            writing.unlock();
        }
    }

    @Override
    public void endOfInput() {
        writing.lock();
        try {
            write('e', new byte[0]);
        } finally {
            writing.unlock();
        }
    }

    /** Never waits for input that the command does not take: who sends that tells the size after it. */
    @Override
    public void resize(int width, int height) {
        size = width + " " + height;
        if (writing.tryLock()) {
            try {
                writeSize();
            } finally {
                writing.unlock();
            }
        }
    }

    private void writeSize() {
        String asked = size;
        if (!asked.isEmpty()) {
            size = "";
            write('r', asked.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private void write(char letter, byte[] content) {
        try {
            frames.writeByte(letter);
            frames.writeInt(content.length);
            frames.write(content);
            frames.flush();
        } catch (IOException e) {
            LOG.debug("the command has ended", e);
        }
    }

    @Override
    public void close() {
        over.set(true);
        kill();
    }

    /** The sink hears how it ended. */
    void kill() {
        helper.destroy();
    }
}
