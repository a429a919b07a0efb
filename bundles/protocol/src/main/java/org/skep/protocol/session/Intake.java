package org.skep.protocol.session;

import java.util.concurrent.CompletionStage;

/**
 * Where the messages of one direction of a conversation go, at the reader's pace: whoever sends waits with the next message
 * until the last one was taken. {@link #end} or {@link #fail} comes last, and may come at any time. No method blocks.
 */
public interface Intake<T> {

    /** @return completes once the next message may come; fails if nobody wants any more */
    CompletionStage<Void> take(T message);

    /** Nothing follows: all has been said. */
    void end();

    /** Nothing follows, though not all has been said. */
    void fail(RuntimeException why);
}
