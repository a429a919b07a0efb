package org.skep.dispatcher;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Map;

/**
 * Takes out of what a node says whatever a terminal would obey rather than show: control characters, and marks that turn
 * the direction of text. All that a node says of itself and of its tasks comes through here before it is kept.
 */
final class SoundText {

    private static final char REPLACEMENT = '\uFFFD';

    private SoundText() {}

    /** The same message with all its texts sound; the very same if they are. Bytes stay as they are. */
    @SuppressWarnings("unchecked")
    static <M extends Message> M of(M message) {
        Message.Builder sound = null;
        for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
            Object before = field.getValue();
            Object after = field.getKey().isRepeated() ? all((List<?>) before) : one(before);
            if (after != before) {
                sound = sound == null ? message.toBuilder() : sound;
                sound.setField(field.getKey(), after);
            }
        }
        return sound == null ? message : (M) sound.build();
    }

    private static List<?> all(List<?> values) {
        List<Object> sound = values.stream().<Object>map(SoundText::one).toList();
        for (int i = 0; i < values.size(); i++) {
            if (sound.get(i) != values.get(i)) {
                return sound;
            }
        }
        return values;
    }

    private static Object one(Object value) {
        if (value instanceof Message message) {
            return of(message);
        }
        return value instanceof String text ? of(text) : value;
    }

    private static String of(String text) {
        if (text.chars().noneMatch(SoundText::obeyed)) {
            return text;
        }
        StringBuilder sound = new StringBuilder(text.length());
        text.chars().forEach(letter -> sound.append(shown((char) letter)));
        return sound.toString();
    }

    private static char shown(char letter) {
        return switch (letter) {
            case '\n', '\r', '\t', '\u2028', '\u2029' -> ' ';
            default -> obeyed(letter) ? REPLACEMENT : letter;
        };
    }

    private static boolean obeyed(int letter) {
        return Character.isISOControl(letter)
                || letter == '\u2028'
                || letter == '\u2029'
                || letter == '\u200E'
                || letter == '\u200F'
                || letter >= '\u202A' && letter <= '\u202E'
                || letter >= '\u2066' && letter <= '\u2069';
    }
}
