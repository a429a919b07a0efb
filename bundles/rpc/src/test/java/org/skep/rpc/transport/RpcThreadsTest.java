package org.skep.rpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.skep.rpc.transport.RpcThreads.Work;

@Timeout(30)
class RpcThreadsTest {

    private static final int MOST = 32;

    @Test
    void servesMoreCallsThanThereAreThreads() throws Exception {
        try (RpcThreads threads = new RpcThreads()) {
            CountDownLatch blocked = new CountDownLatch(MOST);
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(3 * MOST);
            Set<Thread> used = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 3 * MOST; i++) {
                threads.server(Work.NODES).execute(() -> {
                    used.add(Thread.currentThread());
                    blocked.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        return;
                    }
                    done.countDown();
                });
            }

            assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(used).hasSize(MOST);
            release.countDown();
            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void usesFewThreadsForCallsOneAfterAnother() throws Exception {
        try (RpcThreads threads = new RpcThreads()) {
            Set<Thread> used = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 1_000; i++) {
                CountDownLatch done = new CountDownLatch(1);
                threads.server(Work.NODES).execute(() -> {
                    used.add(Thread.currentThread());
                    done.countDown();
                });
                done.await();
            }

            assertThat(used).hasSizeLessThan(16);
        }
    }

    @Test
    void nothingRunsOnOnceItIsClosed() throws Exception {
        CountDownLatch running = new CountDownLatch(2);
        Queue<String> ended = new ConcurrentLinkedQueue<>();
        RpcThreads threads = new RpcThreads();
        for (Executor pool : List.of(threads.server(Work.CONTROL), threads.client())) {
            pool.execute(() -> {
                running.countDown();
                while (!Thread.interrupted()) {
                    Thread.onSpinWait();
                }
                // What takes a while to come to its end
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
                ended.add(Thread.currentThread().getName());
            });
        }
        running.await();

        threads.close();

        assertThat(ended).hasSize(2);
    }
}
