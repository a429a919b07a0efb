package org.skep.shell.commands.value;

import java.time.Duration;
import picocli.CommandLine.ITypeConverter;

/** Durations for picocli, as messages carry them. */
public final class DurationConverter implements ITypeConverter<com.google.protobuf.Duration> {

    @Override
    public com.google.protobuf.Duration convert(String text) {
        return proto(GoDuration.parse(text));
    }

    public static com.google.protobuf.Duration proto(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
