package org.skep.api.text;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Hides in what is kept or shown the tokens and keys of swarms, and the values of variables whose names say what they are. */
public final class Secrecy {

    /** What stands in place of a secret. */
    public static final String STARS = "***";

    private static final Pattern TOKEN = Pattern.compile("\\b(SWMTKN-|SWMKEY-)[A-Za-z0-9+/=_-]+");

    /** A whole name, so that no character of a long word is looked at twice. */
    private static final Pattern NAME = Pattern.compile("(?<![\\w.-])([\\w.-]++)=");

    private static final Pattern VALUE = Pattern.compile("(?!\\*\\*\\*)[^\\s,;|&]++");
    private static final Pattern SECRET_NAME = Pattern.compile(
            "passw(?:or)?d|passphrase|secret|token|api_?key|private_?key|credential", Pattern.CASE_INSENSITIVE);

    private Secrecy() {}

    /** A command as one text. */
    public static String mask(List<String> words) {
        return mask(words.stream().map(word -> maskRest(word).orElse(word)).collect(Collectors.joining(" ")));
    }

    /** Values in the text end where a shell would end a word. */
    public static String mask(String text) {
        String rest = TOKEN.matcher(text).replaceAll("$1" + STARS);
        StringBuilder masked = new StringBuilder();
        Matcher name = NAME.matcher(rest);
        Matcher value = VALUE.matcher(rest);
        int copied = 0;
        while (name.find()) {
            if (SECRET_NAME.matcher(name.group(1)).find()
                    && value.region(name.end(), rest.length()).lookingAt()) {
                masked.append(rest, copied, name.end()).append(STARS);
                copied = value.end();
                name.region(copied, rest.length());
            }
        }
        return masked.append(rest, copied, rest.length()).toString();
    }

    /**
     * In a word that holds spaces, a value does not end at a space: all of the rest is hidden.
     *
     * @return empty if there is nothing to hide in this way
     */
    public static Optional<String> maskRest(String word) {
        Matcher name = NAME.matcher(word);
        while (word.indexOf(' ') >= 0 && name.find()) {
            if (SECRET_NAME.matcher(name.group(1)).find()) {
                return Optional.of(word.substring(0, name.end()) + STARS);
            }
        }
        return Optional.empty();
    }
}
