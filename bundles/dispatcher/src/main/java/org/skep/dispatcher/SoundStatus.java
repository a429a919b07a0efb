package org.skep.dispatcher;

import java.time.Duration;
import java.time.Instant;
import org.skep.protocol.TaskState;
import org.skep.protocol.TaskStatus;
import org.skep.protocol.Times;

/** Makes of a status that a node reports one that every manager can work with. */
final class SoundStatus {

    static final int LONGEST_TEXT = 4096;

    /** How far a node's clock may be ahead of ours. */
    private static final Duration AHEAD = Duration.ofDays(1);

    private SoundStatus() {}

    /** Whether we know what the status says; a later version may have states that we do not. */
    static boolean understood(TaskStatus status) {
        return status.getState() != TaskState.UNRECOGNIZED;
    }

    /** The same status with its time replaced if that cannot be, and its texts made harmless and cut if they are too long. */
    static TaskStatus of(TaskStatus status, Instant now) {
        TaskStatus.Builder sound = SoundText.of(status).toBuilder();
        if (!new TimeRange(Instant.EPOCH, now.plus(AHEAD)).holds(status.getTimestamp())) {
            sound.setTimestamp(Times.timestamp(now));
        }
        if (status.getMessage().length() > LONGEST_TEXT) {
            sound.setMessage(cut(sound.getMessage()));
        }
        if (status.getErr().length() > LONGEST_TEXT) {
            sound.setErr(cut(sound.getErr()));
        }
        return sound.build();
    }

    private static String cut(String text) {
        boolean splitsCharacter = Character.isHighSurrogate(text.charAt(LONGEST_TEXT - 1));
        return text.substring(0, splitsCharacter ? LONGEST_TEXT - 1 : LONGEST_TEXT);
    }
}
