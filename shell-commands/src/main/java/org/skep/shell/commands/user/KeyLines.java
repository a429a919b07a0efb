package org.skep.shell.commands.user;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.skep.api.SkepException;
import org.skep.api.command.Session;

/** Keys as an operator names them: in the line itself, or in a file. */
final class KeyLines {

    /** Enough for hundreds of keys. */
    private static final int LARGEST = 64 * 1024;

    private static final Pattern TYPE = Pattern.compile("(ssh|ecdsa|sk)-[a-z0-9@.-]+( .*)?");

    private KeyLines() {}

    /** @param words a key, perhaps cut at its spaces, or the name of a file with one key per line */
    static List<String> read(List<String> words, Session session) {
        String text = String.join(" ", words);
        if (TYPE.matcher(text).matches()) {
            return List.of(text);
        }
        if (words.size() > 1) {
            throw SkepException.user(
                    "KEY_INVALID",
                    "that is neither a public key nor one file",
                    "give a line such as 'ssh-ed25519 AAAA... me@host', a file, or '-'");
        }
        String content = new String(session.read(text, LARGEST), StandardCharsets.UTF_8);
        if (content.contains("PRIVATE KEY")) {
            throw SkepException.user(
                    "KEY_INVALID",
                    "that is a private key: keep it",
                    "add the public one, from the file that ends in .pub");
        }
        List<String> lines = content.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .toList();
        if (lines.isEmpty()) {
            throw SkepException.user("KEY_INVALID", "there is no key in " + text, "");
        }
        return lines;
    }
}
