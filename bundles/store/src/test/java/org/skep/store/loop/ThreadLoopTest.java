package org.skep.store.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadLoopTest {

    private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    private final Loop loop = new ThreadLoops().open("skep-test");

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void workRunsInOrderOnOneNamedThread() throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            String number = Integer.toString(i);
            loop.execute(() -> seen.add(Thread.currentThread().getName() + " " + number));
        }

        for (int i = 0; i < 100; i++) {
            assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("skep-test " + i);
        }
    }

    @Test
    void workThatFailsDoesNotEndTheLoop() throws InterruptedException {
        loop.execute(() -> {
            throw new IllegalStateException("defect");
        });
        loop.execute(() -> seen.add("still here"));

        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("still here");
    }

    @Test
    void timersFireAndCanBeCancelled() throws InterruptedException {
        loop.after(Duration.ofMillis(20), () -> seen.add("cancelled")).cancel();
        loop.after(Duration.ofMillis(40), () -> seen.add("fired"));

        assertThat(seen.poll(10, TimeUnit.SECONDS)).isEqualTo("fired");
        assertThat(seen).isEmpty();
    }

    @Test
    void closingInterruptsWhatRunsAndRefusesTheRest() throws InterruptedException {
        CountDownLatch running = new CountDownLatch(1);
        loop.execute(() -> {
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                seen.add("interrupted");
            }
        });
        running.await(10, TimeUnit.SECONDS);
        loop.close();
        loop.execute(() -> seen.add("too late"));

        assertThat(seen).containsExactly("interrupted");
    }
}
