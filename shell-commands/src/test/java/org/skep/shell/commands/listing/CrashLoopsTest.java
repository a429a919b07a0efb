package org.skep.shell.commands.listing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.CrashLoop;
import org.skep.protocol.Task;
import org.skep.protocol.TaskState;
import org.skep.shell.commands.testing.Fakes;

class CrashLoopsTest {

    @ParameterizedTest
    @CsvSource({
        "READY, 3, 40, 'crash loop, next try in 40 s'",
        "READY, 2, 119, 'crash loop, next try in 119 s'",
        "PENDING, 9, 180, 'crash loop, next try in 3 min'",
        "READY, 9, 190, 'crash loop, next try in 3 min 10 s'",
        "READY, 3, -1, 'crash loop, next try now'",
        "READY, 1, 40, ''",
        "RUNNING, 3, 40, ''",
        "FAILED, 3, 40, ''"
    })
    void countDown(TaskState state, int failures, int seconds, String words) {
        Task task = Fakes.task(Fakes.service("web", 1), 1, 1, state).toBuilder()
                .setCrashLoop(CrashLoop.newBuilder().setFailures(failures).setNextTry(Fakes.ago(-seconds)))
                .build();
        assertThat(CrashLoops.words(task, Fakes.NOW).orElse("")).isEqualTo(words);
    }
}
