package org.skep.control.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.api.ErrorKind;
import org.skep.api.SkepException;
import org.skep.control.Clusters;
import org.skep.control.Configs;
import org.skep.control.Control;
import org.skep.control.Logs;
import org.skep.control.Networks;
import org.skep.control.Nodes;
import org.skep.control.Registries;
import org.skep.control.Services;
import org.skep.control.Tasks;
import org.skep.control.Volumes;
import org.skep.control.testing.RecordedControl;
import org.skep.protocol.LogMessage;
import org.skep.protocol.Task;

class RemoteControlTest {

    /** What is asked of the leader: every method of these is called below. */
    private static final List<Class<?>> PARTS = List.of(
            Services.class,
            Tasks.class,
            Nodes.class,
            Networks.class,
            Volumes.class,
            Configs.class,
            Registries.class,
            Clusters.class);

    private final RecordedControl leader =
            new RecordedControl((method, arguments) -> Samples.of(method.getGenericReturnType()));
    private final ControlServer server = new ControlServer(leader.control());
    private final RemoteControl remote = new RemoteControl(server.channel(), Duration.ofSeconds(10));

    @AfterEach
    void close() {
        server.close();
    }

    static Stream<Method> methods() {
        return PARTS.stream().flatMap(part -> Arrays.stream(part.getMethods()));
    }

    private Object call(Method method) throws Throwable {
        Object part = Arrays.stream(Control.class.getMethods())
                .filter(candidate -> candidate.getReturnType() == method.getDeclaringClass())
                .findFirst()
                .orElseThrow()
                .invoke(remote);
        try {
            return method.invoke(part, arguments(method));
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static Object[] arguments(Method method) {
        return Arrays.stream(method.getGenericParameterTypes()).map(Samples::of).toArray();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void everyCallArrivesAsItWasMadeAndSoDoesItsAnswer(Method method) throws Throwable {
        Object answer = call(method);

        assertThat(answer).isEqualTo(Samples.of(method.getGenericReturnType()));
        assertThat(leader.asked()).containsExactly(new RecordedControl.Asked(method, List.of(arguments(method))));
    }

    @ParameterizedTest
    @MethodSource("methods")
    void whatIsRefusedIsRefusedWithTheSameWords(Method method) {
        SkepException refusal = SkepException.state("NOT_FOUND", "no such thing: \"ünïcode\"", "look — again");
        leader.behave((asked, arguments) -> {
            throw refusal;
        });

        assertThatThrownBy(() -> call(method)).isInstanceOfSatisfying(SkepException.class, e -> {
            assertThat(e.code()).isEqualTo("NOT_FOUND");
            assertThat(e.kind()).isEqualTo(ErrorKind.STATE);
            assertThat(e.line()).isEqualTo(refusal.line());
        });
    }

    @ParameterizedTest
    @EnumSource(ErrorKind.class)
    void everyKindOfErrorTravels(ErrorKind kind) {
        leader.behave((asked, arguments) -> {
            throw new SkepException(kind, "SOME_CODE", "some message", "", null);
        });

        assertThatThrownBy(() -> remote.services().list()).isInstanceOfSatisfying(SkepException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.code()).isEqualTo("SOME_CODE");
            assertThat(e.line()).isEqualTo("some message");
        });
    }

    private static void assertCode(String code, ErrorKind kind, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(SkepException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.line()).doesNotContain("\n");
        });
    }

    @Test
    void aDefectOfTheLeaderIsCalledOne() {
        leader.behave((asked, arguments) -> {
            throw new IllegalStateException("secret details");
        });

        assertCode("INTERNAL", ErrorKind.INTERNAL, () -> remote.services().list());
    }

    @Test
    void aLongErrorArrivesCut() {
        leader.behave((asked, arguments) -> {
            throw SkepException.user("TOO_LONG", "€".repeat(100_000), "€".repeat(100_000));
        });

        assertCode("TOO_LONG", ErrorKind.USER, () -> remote.services().list());
    }

    @Test
    void aLongListArrivesWhole() {
        Task task = Task.newBuilder().setId("t".repeat(2000)).build();
        List<Task> many = java.util.Collections.nCopies(5000, task);
        leader.behave((asked, arguments) -> many);

        assertThat(remote.tasks().list()).isEqualTo(many);
    }

    @Test
    void whatDidNotGetThereWasCertainlyNotDone() {
        server.die();

        assertCode("UNREACHABLE", ErrorKind.EXTERNAL, () -> remote.services().remove("web"));
    }

    @Test
    void whatWasNotAnsweredMayHaveBeenDone() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        leader.behave((asked, arguments) -> {
            arrived.countDown();
            never.await();
            return null;
        });
        CompletableFuture<Void> call =
                CompletableFuture.runAsync(() -> remote.services().remove("web"));
        arrived.await();

        server.die();

        assertThatThrownBy(() -> call.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.code()).isEqualTo("LEADER_LOST"));
        never.countDown();
    }

    @Test
    void aCallThatTakesTooLongIsGivenUp() {
        CountDownLatch never = new CountDownLatch(1);
        leader.behave((asked, arguments) -> {
            never.await();
            return List.of();
        });

        RemoteControl impatient = new RemoteControl(server.channel(), Duration.ofMillis(50));

        assertCode("LEADER_LOST", ErrorKind.EXTERNAL, () -> impatient.services().list());
        never.countDown();
    }

    @Test
    void anInterruptEndsTheWaiting() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        leader.behave((asked, arguments) -> {
            arrived.countDown();
            never.await();
            return null;
        });
        CompletableFuture<SkepException> failure = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                remote.services().remove("web");
            } catch (SkepException e) {
                failure.complete(e);
            }
        });
        caller.start();
        arrived.await();

        caller.interrupt();

        assertThat(failure.get(10, TimeUnit.SECONDS).code()).isEqualTo("INTERRUPTED");
        never.countDown();
    }

    @SuppressWarnings("unchecked")
    private void logs(LogSource source) {
        leader.behave((asked, arguments) -> {
            List<String> last =
                    source.read((String) arguments[0], (Logs.Query) arguments[1], (Consumer<LogMessage>) arguments[2]);
            last.forEach((Consumer<String>) arguments[3]);
            return null;
        });
    }

    private interface LogSource {
        List<String> read(String reference, Logs.Query query, Consumer<LogMessage> sink) throws InterruptedException;
    }

    private static LogMessage line(int number) {
        return LogMessage.newBuilder()
                .setData(ByteString.copyFromUtf8("line " + number))
                .build();
    }

    @Test
    void logLinesComeInOrderWithTheWarningsAtTheEnd() throws Exception {
        List<Logs.Query> queries = new ArrayList<>();
        logs((reference, query, sink) -> {
            queries.add(query);
            for (int i = 0; i < 3000; i++) {
                sink.accept(line(i));
            }
            return List.of("node beta is not connected");
        });
        List<LogMessage> read = new ArrayList<>();
        Logs.Query query = new Logs.Query(true, -1, Instant.ofEpochSecond(5, 7), Instant.ofEpochSecond(9, 1), "a.*b");

        List<String> warnings = new ArrayList<>();

        remote.logs().read("web", query, read::add, warnings::add);
        assertThat(warnings).containsExactly("node beta is not connected");
        assertThat(read).hasSize(3000);
        assertThat(read.get(2999)).isEqualTo(line(2999));
        remote.logs().read("web", new Logs.Query(false, 10, Instant.MIN), read::add, warnings::add);
        assertThat(queries).containsExactly(query, new Logs.Query(false, 10, Instant.MIN));
    }

    @Test
    void aWarningComesWhileTheReadingGoesOn() throws Exception {
        CountDownLatch heard = new CountDownLatch(1);
        leader.behave((asked, arguments) -> {
            @SuppressWarnings("unchecked")
            Consumer<String> warnings = (Consumer<String>) arguments[3];
            warnings.accept("node beta is down");
            assertThat(heard.await(10, TimeUnit.SECONDS)).isTrue();
            return null;
        });

        remote.logs().read("web", new Logs.Query(true, -1, Instant.MIN), line -> {}, warning -> heard.countDown());

        assertThat(heard.getCount()).isZero();
    }

    @Test
    void aReaderThatStopsEndsTheReadingAtTheLeader() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        logs((reference, query, sink) -> {
            sink.accept(line(1));
            try {
                new CountDownLatch(1).await();
                return List.of();
            } finally {
                ended.countDown();
            }
        });
        CountDownLatch got = new CountDownLatch(1);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        Thread reader = new Thread(() -> {
            try {
                remote.logs()
                        .read("web", new Logs.Query(true, -1, Instant.MIN), line -> got.countDown(), warning -> {});
            } catch (InterruptedException | RuntimeException e) {
                failure.complete(e);
            }
        });
        reader.start();
        got.await();

        reader.interrupt();

        assertThat(failure.get(10, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aReaderThatFailsEndsTheReadingAtTheLeader() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        logs((reference, query, sink) -> {
            sink.accept(line(1));
            try {
                new CountDownLatch(1).await();
                return List.of();
            } finally {
                ended.countDown();
            }
        });

        assertThatThrownBy(() -> remote.logs()
                        .read(
                                "web",
                                new Logs.Query(true, -1, Instant.MIN),
                                line -> {
                                    throw new IllegalStateException("broken pipe");
                                },
                                warning -> {}))
                .isInstanceOf(IllegalStateException.class);
        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aSlowReaderHoldsTheLeaderBack() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        int[] sent = new int[1];
        logs((reference, query, sink) -> {
            for (int i = 0; i < 100_000; i++) {
                sink.accept(line(i));
                sent[0] = i;
            }
            ended.countDown();
            return List.of();
        });
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<LogMessage> read = new ArrayList<>();
        CompletableFuture<Void> reading = CompletableFuture.runAsync(() -> {
            try {
                remote.logs()
                        .read(
                                "web",
                                new Logs.Query(false, -1, Instant.MIN),
                                line -> {
                                    read.add(line);
                                    first.countDown();
                                    try {
                                        goOn.await();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                },
                                warning -> {});
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        first.await();

        assertThat(ended.await(100, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(sent[0]).isLessThan(10_000);
        goOn.countDown();
        reading.get(20, TimeUnit.SECONDS);
        assertThat(read).hasSize(100_000);
    }

    @Test
    void aManagerThatRetiresSendsItsReadersToTheNext() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        logs((reference, query, sink) -> {
            reading.countDown();
            new CountDownLatch(1).await();
            return List.of();
        });
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        remote.logs().read("web", new Logs.Query(true, -1, Instant.MIN), line -> {}, warning -> {});
                    } catch (InterruptedException | RuntimeException e) {
                        failure.complete(e);
                    }
                })
                .start();
        reading.await();

        server.retire();

        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .noneMatch(name -> name.startsWith("skep-control-logs"));
        assertThat(failure.get(10, TimeUnit.SECONDS))
                .isInstanceOfSatisfying(
                        SkepException.class, e -> assertThat(e.code()).isEqualTo("NO_LEADER"));
    }
}
