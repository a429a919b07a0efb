package org.skep.template;

import java.util.ArrayList;
import java.util.List;
import org.skep.api.SkepException;

/** Cuts a template into text and actions, and an action into tokens. */
final class TemplateLexer {

    private TemplateLexer() {}

    /** Text and actions in turn; actions without their braces, trim markers applied, comments gone. */
    static List<Piece> pieces(String template) {
        List<Piece> pieces = new ArrayList<>();
        int at = 0;
        boolean trimNext = false;
        while (true) {
            int open = template.indexOf("{{", at);
            String text = template.substring(at, open < 0 ? template.length() : open);
            if (trimNext) {
                text = text.stripLeading();
            }
            if (open < 0) {
                pieces.add(new Piece(text, null));
                return pieces;
            }
            int close = closing(template, open + 2);
            String action = template.substring(open + 2, close);
            if (action.startsWith("- ") || action.equals("-")) {
                text = text.stripTrailing();
                action = action.substring(1);
            }
            trimNext = action.endsWith(" -");
            if (trimNext) {
                action = action.substring(0, action.length() - 1);
            }
            pieces.add(new Piece(text, null));
            if (!action.strip().startsWith("/*")) {
                pieces.add(new Piece(null, tokens(action)));
            }
            at = close + 2;
        }
    }

    private static int closing(String template, int from) {
        char quote = 0;
        for (int i = from; i < template.length(); i++) {
            char c = template.charAt(i);
            if (quote != 0) {
                if (c == '\\' && quote == '"') {
                    i++;
                } else if (c == quote) {
                    quote = 0;
                }
            } else if (c == '"' || c == '`') {
                quote = c;
            } else if (template.startsWith("}}", i)) {
                return i;
            }
        }
        throw wrong("'{{' without '}}'");
    }

    private static List<String> tokens(String action) {
        List<String> tokens = new ArrayList<>();
        int at = 0;
        while (at < action.length()) {
            char c = action.charAt(at);
            if (Character.isWhitespace(c)) {
                // kept as a token: ".A .B" are two words, ".A.B" is one
                if (!tokens.isEmpty() && !tokens.get(tokens.size() - 1).equals(" ")) {
                    tokens.add(" ");
                }
                at++;
                continue;
            }
            int end = end(action, at);
            tokens.add(action.substring(at, end));
            at = end;
        }
        return tokens;
    }

    private static int end(String action, int at) {
        char c = action.charAt(at);
        if (c == '"' || c == '`') {
            int i = at + 1;
            while (i < action.length() && action.charAt(i) != c) {
                i += c == '"' && action.charAt(i) == '\\' ? 2 : 1;
            }
            if (i >= action.length()) {
                throw wrong("a closing " + c + " is missing");
            }
            return i + 1;
        }
        if (action.startsWith(":=", at)) {
            return at + 2;
        }
        if ("|(),=".indexOf(c) >= 0) {
            return at + 1;
        }
        int i = at;
        if (c == '.' || c == '$') {
            i++;
        } else if (c == '-' || c == '+') {
            i++;
        }
        while (i < action.length() && word(action.charAt(i), Character.isDigit(c) || c == '-' || c == '+')) {
            i++;
        }
        if (i == at) {
            throw wrong("unexpected '" + c + "'");
        }
        return i;
    }

    private static boolean word(char c, boolean number) {
        return Character.isLetterOrDigit(c) || c == '_' || number && c == '.';
    }

    static SkepException wrong(String message) {
        return SkepException.user("TEMPLATE_INVALID", "the template is wrong: " + message, "");
    }

    /** Either text or the tokens of an action. */
    record Piece(String text, List<String> action) {}
}
