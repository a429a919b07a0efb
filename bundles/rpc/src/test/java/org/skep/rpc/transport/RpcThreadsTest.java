package org.skep.rpc.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RpcThreadsTest {

    private static final int MOST = 64;

    @Test
    void servesMoreCallsThanThereAreThreads() throws Exception {
        try (RpcThreads threads = new RpcThreads()) {
            CountDownLatch blocked = new CountDownLatch(MOST);
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch done = new CountDownLatch(3 * MOST);
            Set<Thread> used = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 3 * MOST; i++) {
                threads.server().execute(() -> {
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
                threads.server().execute(() -> {
                    used.add(Thread.currentThread());
                    done.countDown();
                });
                done.await();
            }

            assertThat(used).hasSizeLessThan(32);
        }
    }
}
