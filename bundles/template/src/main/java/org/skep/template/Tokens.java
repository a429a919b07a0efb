package org.skep.template;

import java.util.List;

/** The words of one action, read one after the other. */
final class Tokens {

    static final Tokens NONE = new Tokens(List.of());

    private final List<String> tokens;
    private int next;

    Tokens(List<String> tokens) {
        this.tokens = tokens;
    }

    void finish() {
        if (!peek().isEmpty()) {
            throw TemplateLexer.wrong("unexpected '" + peek() + "'");
        }
    }

    /** The next one; empty at the end. */
    String peek() {
        return look(0);
    }

    String look(int ahead) {
        int i = next;
        for (int left = ahead; ; left--) {
            while (i < tokens.size() && tokens.get(i).equals(" ")) {
                i++;
            }
            if (left == 0) {
                return i < tokens.size() ? tokens.get(i) : "";
            }
            i++;
        }
    }

    String take() {
        while (next < tokens.size() && tokens.get(next).equals(" ")) {
            next++;
        }
        if (next >= tokens.size()) {
            throw TemplateLexer.wrong("something is missing before '}}'");
        }
        return tokens.get(next++);
    }

    /** Whether a field is glued to the last one. */
    boolean atField() {
        return next < tokens.size()
                && tokens.get(next).startsWith(".")
                && tokens.get(next).length() > 1;
    }
}
