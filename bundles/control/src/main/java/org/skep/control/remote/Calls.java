package org.skep.control.remote;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientStreamTracer;
import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.skep.api.SkepException;
import org.skep.protocol.session.Inbox;
import org.skep.protocol.session.Intake;
import org.skep.rpc.Exchange;
import org.skep.rpc.RemoteErrors;

/**
 * Calls of another manager. What it refuses comes out as the error it was; a call that did not get there as
 * {@code UNREACHABLE}, and one that was never answered as {@code LEADER_LOST}.
 */
final class Calls {

    /** How a call ends that a manager has not answered. */
    private static final Set<Status.Code> UNANSWERED = Set.of(
            Status.Code.UNAVAILABLE,
            Status.Code.CANCELLED,
            Status.Code.DEADLINE_EXCEEDED,
            Status.Code.UNKNOWN,
            Status.Code.INTERNAL,
            Status.Code.ABORTED);

    private final Channel channel;
    private final Duration longest;

    Calls(Channel channel, Duration longest) {
        this.channel = channel;
        this.longest = longest;
    }

    <Q, A> A ask(MethodDescriptor<Q, A> method, Q question) {
        Sent sent = new Sent();
        CallOptions options = sent.in(CallOptions.DEFAULT).withDeadlineAfter(longest.toNanos(), TimeUnit.NANOSECONDS);
        return translated(sent, () -> ClientCalls.blockingUnaryCall(channel, method, options, question));
    }

    /** @param part the objects of one part of the list */
    <Q, P, A> List<A> list(MethodDescriptor<Q, P> method, Q question, Function<P, List<A>> part) {
        Sent sent = new Sent();
        CallOptions options = sent.in(CallOptions.DEFAULT).withDeadlineAfter(longest.toNanos(), TimeUnit.NANOSECONDS);
        return translated(sent, () -> {
            List<A> all = new ArrayList<>();
            ClientCalls.blockingServerStreamingCall(channel, method, options, question)
                    .forEachRemaining(next -> all.addAll(part.apply(next)));
            return List.copyOf(all);
        });
    }

    /** Hands over what comes, for as long as it comes. */
    <Q, A> void follow(MethodDescriptor<Q, A> method, Q question, Consumer<A> sink) throws InterruptedException {
        Context.CancellableContext call = Context.current().withCancellation();
        Context outside = call.attach();
        try {
            Sent sent = new Sent();
            Iterator<A> answers = translated(
                    sent,
                    () -> ClientCalls.blockingServerStreamingCall(
                            channel, method, sent.in(CallOptions.DEFAULT), question));
            while (translated(sent, answers::hasNext)) {
                sink.accept(translated(sent, answers::next));
            }
        } catch (SkepException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw e;
        } finally {
            call.detach(outside);
            call.cancel(null);
        }
    }

    /** What to say in a conversation, and to make of the answers. */
    interface Talk<Q, A, T> {
        T with(Intake<Q> to, Inbox<A> from) throws InterruptedException;
    }

    /** Talks for as long as it takes. */
    <Q, A, T> T talk(MethodDescriptor<Q, A> method, Talk<Q, A, T> talk) throws InterruptedException {
        Sent sent = new Sent();
        Inbox<A> from = new Inbox<>();
        Intake<Q> to = Exchange.call(channel, method, sent.in(CallOptions.DEFAULT), from);
        try {
            return talk.with(to, from);
        } catch (StatusRuntimeException e) {
            throw translated(e, sent.already());
        } finally {
            from.close();
            to.fail(Status.CANCELLED.asRuntimeException());
        }
    }

    private static <T> T translated(Sent sent, Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            throw translated(e, sent.already());
        }
    }

    private static SkepException translated(StatusRuntimeException failure, boolean sent) {
        if (Thread.currentThread().isInterrupted()) {
            return SkepException.state(
                    "INTERRUPTED", "interrupted while the leader was asked", "it may have been done: look first");
        }
        SkepException error = RemoteErrors.of(failure);
        Status.Code status = failure.getStatus().getCode();
        if (!error.code().equals("UNREACHABLE") && !error.code().equals("CALL_FAILED")) {
            return error;
        }
        // A manager that is just opening or closing does not offer the call: it has done nothing.
        if (status == Status.Code.UNIMPLEMENTED || UNANSWERED.contains(status) && !sent) {
            return SkepException.external("UNREACHABLE", error.getMessage(), error.hint(), failure);
        }
        return UNANSWERED.contains(status)
                ? SkepException.external("LEADER_LOST", error.getMessage(), error.hint(), failure)
                : error;
    }

    /** Whether anything of a call has left this node. */
    private static final class Sent extends ClientStreamTracer.Factory {

        private volatile boolean already;

        boolean already() {
            return already;
        }

        CallOptions in(CallOptions options) {
            return options.withStreamTracerFactory(this);
        }

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void outboundHeaders() {
                    already = true;
                }

                @Override
                public void outboundMessage(int number) {
                    already = true;
                }
            };
        }
    }
}
