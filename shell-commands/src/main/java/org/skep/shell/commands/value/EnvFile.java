package org.skep.shell.commands.value;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.skep.api.SkepException;

/** A file of environment variables, one a line; {@code #} begins a comment line, a bare name is taken from the client. */
public final class EnvFile {

    /** More than any environment can hold. */
    public static final int LARGEST = 1 << 20;

    private EnvFile() {}

    public static List<String> parse(String file, byte[] content, Function<String, Optional<String>> environment) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(content))
                    .toString();
        } catch (CharacterCodingException e) {
            throw bad(file, "it is not UTF-8 text");
        }
        List<String> variables = new ArrayList<>();
        int number = 0;
        for (String raw : (text.startsWith("\uFEFF") ? text.substring(1) : text).split("\r?\n", -1)) {
            number++;
            String line = raw.stripLeading();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int equals = line.indexOf('=');
            String name = equals < 0 ? line : line.substring(0, equals);
            if (name.isEmpty()) {
                throw bad(file, "line " + number + " has no variable name");
            }
            if (name.chars().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
                throw bad(file, "line " + number + ": '" + Values.shown(name) + "' has white space");
            }
            if (equals >= 0) {
                variables.add(line);
            } else {
                environment.apply(name).ifPresent(value -> variables.add(name + "=" + value));
            }
        }
        return variables;
    }

    private static SkepException bad(String file, String why) {
        return SkepException.user(
                "BAD_ENV_FILE",
                "'" + Values.shown(file) + "' is not an environment file: " + why,
                "use KEY=VALUE lines");
    }
}
