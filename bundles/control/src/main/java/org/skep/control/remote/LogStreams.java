package org.skep.control.remote;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.skep.api.SkepException;
import org.skep.control.Control;
import org.skep.control.Logs;
import org.skep.protocol.Times;
import org.skep.protocol.control.ReadLogsMessage;
import org.skep.protocol.control.ReadLogsRequest;

/** Log lines for other managers: each reader has a thread, which waits for lines, and for the reader to take them. */
final class LogStreams {

    private static final long CLOSE_SECONDS = 5;

    private final Control control;
    private final AtomicLong number = new AtomicLong();
    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LogStreams(Control control) {
        this.control = control;
    }

    void start(ReadLogsRequest request, ServerCallStreamObserver<ReadLogsMessage> answer) {
        Thread reader = new Thread(() -> read(request, answer), "skep-control-logs-" + number.incrementAndGet());
        reader.setDaemon(true);
        answer.setOnCancelHandler(reader::interrupt);
        answer.setOnReadyHandler(() -> {
            synchronized (answer) {
                answer.notifyAll();
            }
        });
        readers.add(reader);
        reader.start();
        if (closed) {
            reader.interrupt();
        }
    }

    private void read(ReadLogsRequest request, ServerCallStreamObserver<ReadLogsMessage> answer) {
        try {
            Logs.Query query = new Logs.Query(
                    request.getFollow(),
                    request.getTail(),
                    request.hasSince() ? Times.instant(request.getSince()) : Instant.MIN,
                    request.hasUntil() ? Times.instant(request.getUntil()) : Instant.MAX,
                    request.getGrep());
            control.logs()
                    .read(
                            request.getReference(),
                            query,
                            line -> send(ReadLogsMessage.newBuilder().addLines(line), answer),
                            warning -> send(ReadLogsMessage.newBuilder().addWarnings(warning), answer));
            answer.onCompleted();
        } catch (InterruptedException e) {
            if (!answer.isCancelled()) {
                Answers.refuse(
                        answer, SkepException.state("NO_LEADER", "this manager no longer gathers log lines", ""));
            }
        } catch (RuntimeException e) {
            if (!answer.isCancelled()) {
                Answers.refuse(answer, e);
            }
        } finally {
            readers.remove(Thread.currentThread());
        }
    }

    private static void send(ReadLogsMessage.Builder message, ServerCallStreamObserver<ReadLogsMessage> answer) {
        synchronized (answer) {
            while (!answer.isReady() && !answer.isCancelled()) {
                try {
                    answer.wait();
                } catch (InterruptedException e) {
                    // The next wait for a line ends at once.
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
        if (!answer.isCancelled()) {
            answer.onNext(message.build());
        }
    }

    /** Returns when no reader is left, unless one does not end. */
    void close() throws InterruptedException {
        closed = true;
        List<Thread> left = List.copyOf(readers);
        left.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        for (Thread reader : left) {
            TimeUnit.NANOSECONDS.timedJoin(reader, Math.max(1, deadline - System.nanoTime()));
        }
    }
}
