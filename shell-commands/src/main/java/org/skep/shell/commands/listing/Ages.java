package org.skep.shell.commands.listing;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import org.skep.protocol.Times;

/** How long ago something was, in round words. */
public final class Ages {

    private Ages() {}

    /** Such as {@code 3 minutes ago}. */
    public static String ago(Timestamp moment, Instant now) {
        return words(Duration.between(Times.instant(moment), now)) + " ago";
    }

    /** Such as {@code About an hour}. */
    public static String words(Duration duration) {
        long seconds = duration.toSeconds();
        long hours = (duration.toMinutes() + 30) / 60;
        if (seconds < 1) {
            return "Less than a second";
        } else if (seconds == 1) {
            return "1 second";
        } else if (seconds < 60) {
            return seconds + " seconds";
        } else if (duration.toMinutes() == 1) {
            return "About a minute";
        } else if (duration.toMinutes() < 60) {
            return duration.toMinutes() + " minutes";
        } else if (hours == 1) {
            return "About an hour";
        } else if (hours < 48) {
            return hours + " hours";
        } else if (hours < 24 * 7 * 2) {
            return hours / 24 + " days";
        } else if (hours < 24 * 30 * 2) {
            return hours / 24 / 7 + " weeks";
        } else if (hours < 24 * 365 * 2) {
            return hours / 24 / 30 + " months";
        }
        return hours / 24 / 365 + " years";
    }
}
