package org.skep.shell.line;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.skep.api.SkepException;

/** Reads lines as they arrive, and refuses what cannot be one before it fills the memory. */
public final class LineInput {

    private final InputStream in;

    public LineInput(InputStream in) {
        this.in = in;
    }

    /** The next line, or null after the last. */
    public String next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int b = in.read();
        if (b < 0) {
            return null;
        }
        while (b >= 0 && b != '\n') {
            if (line.size() == Line.MAX_LENGTH) {
                throw SkepException.user(
                        Line.INVALID,
                        "the line is too long",
                        "at most " + Line.MAX_LENGTH + " characters are accepted");
            }
            line.write(b);
            b = in.read();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(line.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw SkepException.user(Line.INVALID, "the input is not text", "commands are lines of UTF-8");
        }
    }
}
