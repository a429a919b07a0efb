package org.skep.shell.commands.flag;

import com.google.protobuf.Duration;
import java.util.List;
import java.util.function.Function;
import org.skep.shell.commands.value.ByteSize;
import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.DurationConverter;
import org.skep.shell.commands.value.GoDuration;
import org.skep.shell.commands.value.KeyValue;
import org.skep.shell.commands.value.ShellWords;

/** Types that flags of several subjects have. */
final class FlagTypes {

    static final FlagType<String> TEXT = FlagType.of("TEXT", Function.identity());
    static final FlagType<String> NAME = FlagType.of("NAME", Function.identity());
    static final FlagType<String> KEY = FlagType.of("KEY", Function.identity());
    static final FlagType<List<String>> COMMAND = FlagType.of("COMMAND", ShellWords::split);
    static final FlagType<Duration> DURATION =
            FlagType.of("DURATION", text -> DurationConverter.proto(GoDuration.parse(text)));
    static final FlagType<Long> BYTES = FlagType.of("BYTES", ByteSize::parse);
    static final FlagType<Long> TASKS = FlagType.of("N", Counts::tasks);
    static final FlagType<KeyValue> LABEL = FlagType.of("KEY=VALUE", KeyValue::parse);

    private FlagTypes() {}
}
