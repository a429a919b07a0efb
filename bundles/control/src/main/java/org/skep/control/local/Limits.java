package org.skep.control.local;

import com.google.protobuf.Message;
import java.util.Map;
import org.skep.api.SkepException;

/** What every specification must keep to. */
final class Limits {

    private static final int LARGEST_SPEC = 256 << 10;

    private Limits() {}

    /** Every task carries a copy of its service, and every change travels in one entry of the log. */
    static void checkSize(String noun, Message spec) {
        int size = spec.getSerializedSize();
        if (size > LARGEST_SPEC) {
            throw SkepException.user(
                    "TOO_LARGE", noun + " specification has " + size + " bytes", "at most " + LARGEST_SPEC);
        }
    }

    static void checkLabels(String noun, Map<String, String> labels) {
        labels.forEach((key, value) -> {
            if (key.isBlank()) {
                throw SkepException.user("INVALID_LABEL", noun + " has a label without a name", "KEY=VALUE");
            }
        });
    }
}
