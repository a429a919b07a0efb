package org.skep.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.skep.api.testing.Eventually.eventually;

import org.junit.jupiter.api.Test;
import org.skep.api.runtime.LogSink;
import org.skep.api.testing.Workload;
import org.skep.protocol.LogSelector;
import org.skep.protocol.LogSubscriptionOptions;
import org.skep.protocol.PublishLogsMessage;
import org.skep.protocol.SubscriptionMessage;
import org.skep.protocol.TaskState;

/** Log lines of the tasks of a worker. */
class WorkerLogsTest extends WorkerSetup {

    @Test
    void publishesLogs() {
        host.image("chatty", Workload.running().printing("one", "two"));
        manager.assign(task("t1", container -> container.setImage("chatty")));
        await("t1", TaskState.RUNNING);
        manager.subscribe(subscription("all", LogSubscriptionOptions.getDefaultInstance()));
        eventually("the subscription ends", () -> manager.logs.stream().anyMatch(PublishLogsMessage::getClose));
        assertThat(manager.lines()).containsExactly("one", "two");
        assertThat(manager.logs.get(0).getMessages(0).getContext().getTaskId()).isEqualTo("t1");
        manager.logs.clear();
        manager.subscribe(subscription(
                "last", LogSubscriptionOptions.newBuilder().setTail(-2).build()));
        eventually("the subscription ends", () -> manager.logs.stream().anyMatch(PublishLogsMessage::getClose));
        assertThat(manager.lines()).containsExactly("two");
    }

    @Test
    void followsLogsOfTasksThatComeLater() {
        eventually("connected", manager::connected);
        manager.subscribe(subscription(
                "follow", LogSubscriptionOptions.newBuilder().setFollow(true).build()));
        manager.assign(task("t1"));
        await("t1", TaskState.RUNNING);
        host.print("t1", LogSink.Stream.STDERR, "late");
        eventually("the line arrives", () -> manager.lines().contains("late"));
        manager.subscribe(
                SubscriptionMessage.newBuilder().setId("follow").setClose(true).build());
        manager.assign(task("t2"));
        await("t2", TaskState.RUNNING);
        assertThat(manager.logs).noneMatch(PublishLogsMessage::getClose);
    }

    @Test
    void endsASubscriptionWithoutTasks() {
        eventually("connected", manager::connected);
        manager.subscribe(subscription("none", LogSubscriptionOptions.getDefaultInstance()));
        eventually("the subscription ends", () -> manager.logs.stream().anyMatch(PublishLogsMessage::getClose));
    }

    private static SubscriptionMessage subscription(String id, LogSubscriptionOptions options) {
        return SubscriptionMessage.newBuilder()
                .setId(id)
                .setSelector(LogSelector.newBuilder().addServiceIds("s1"))
                .setOptions(options)
                .build();
    }
}
