package org.skep.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Makes a tree of nodes of the pieces of a template. */
final class TemplateParser {

    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d+(\\.\\d+)?");

    private final List<TemplateLexer.Piece> pieces;
    private int at;
    private Tokens tokens = Tokens.NONE;

    private TemplateParser(List<TemplateLexer.Piece> pieces) {
        this.pieces = pieces;
    }

    static Node parse(String text) {
        TemplateParser parser = new TemplateParser(TemplateLexer.pieces(text));
        Node root = parser.block();
        parser.requireEnd();
        return root;
    }

    /** Everything up to {@code else}, {@code end} or the end; the one that ended it is the current piece. */
    private Node block() {
        List<Node> nodes = new ArrayList<>();
        while (at < pieces.size()) {
            TemplateLexer.Piece piece = pieces.get(at);
            if (piece.action() == null) {
                String text = piece.text();
                nodes.add((scope, out) -> out.append(text));
                at++;
                continue;
            }
            tokens = new Tokens(piece.action());
            if (tokens.peek().equals("end") || tokens.peek().equals("else")) {
                break;
            }
            at++;
            nodes.add(action());
        }
        return (scope, out) -> nodes.forEach(node -> node.render(scope, out));
    }

    private void requireEnd() {
        if (at < pieces.size()) {
            throw TemplateLexer.wrong("'" + pieces.get(at).action().get(0) + "' without a start");
        }
    }

    private Node action() {
        switch (tokens.peek()) {
            case "if" -> {
                tokens.take();
                return conditional(pipeline(), (scope, value) -> scope);
            }
            case "with" -> {
                tokens.take();
                return conditional(pipeline(), Scope::with);
            }
            case "range" -> {
                tokens.take();
                return range();
            }
            case "define", "template", "block", "break", "continue" ->
                throw TemplateLexer.wrong("'" + tokens.peek() + "' is not supported");
            default -> {
                return output();
            }
        }
    }

    private Node output() {
        if (tokens.peek().startsWith("$")
                && (tokens.look(1).equals(":=") || tokens.look(1).equals("="))) {
            String name = tokens.take();
            tokens.take();
            Expression value = pipeline();
            tokens.finish();
            return (scope, out) -> scope.set(name, value.value(scope));
        }
        Expression value = pipeline();
        tokens.finish();
        return (scope, out) -> out.append(Values.text(value.value(scope)));
    }

    private Node conditional(Expression condition, ScopeChange inner) {
        tokens.finish();
        Node then = block();
        Node otherwise = otherwise(inner);
        return (scope, out) -> {
            Object value = condition.value(scope);
            if (Values.truth(value)) {
                then.render(inner.apply(scope, value), out);
            } else {
                otherwise.render(scope, out);
            }
        };
    }

    /** After a block: {@code end}, {@code else} or {@code else if}. */
    private Node otherwise(ScopeChange inner) {
        requirePiece();
        if (tokens.take().equals("end")) {
            tokens.finish();
            at++;
            return (scope, out) -> {};
        }
        at++;
        if (tokens.peek().equals("if") || tokens.peek().equals("with")) {
            boolean with = tokens.take().equals("with");
            return conditional(pipeline(), with ? Scope::with : (scope, value) -> scope);
        }
        tokens.finish();
        Node node = block();
        requirePiece();
        if (!tokens.take().equals("end")) {
            throw TemplateLexer.wrong("two 'else' for one condition");
        }
        tokens.finish();
        at++;
        return node;
    }

    private Node range() {
        List<String> names = new ArrayList<>();
        if (tokens.peek().startsWith("$")
                && (tokens.look(1).equals(":=") || tokens.look(1).equals(","))) {
            names.add(tokens.take());
            if (tokens.peek().equals(",")) {
                tokens.take();
                names.add(tokens.take());
            }
            if (!tokens.take().equals(":=")) {
                throw TemplateLexer.wrong("':=' is missing in 'range'");
            }
        }
        Expression over = pipeline();
        tokens.finish();
        Node body = block();
        Node otherwise = otherwise((scope, value) -> scope);
        return (scope, out) -> {
            Map<Object, Object> entries = Values.entries(over.value(scope));
            if (entries.isEmpty()) {
                otherwise.render(scope, out);
            }
            entries.forEach((key, value) -> {
                Scope inner = scope.with(value);
                if (!names.isEmpty()) {
                    inner.set(names.get(names.size() - 1), value);
                }
                if (names.size() > 1) {
                    inner.set(names.get(0), key);
                }
                body.render(inner, out);
            });
        };
    }

    private void requirePiece() {
        if (at >= pieces.size()) {
            throw TemplateLexer.wrong("'{{end}}' is missing");
        }
    }

    private Expression pipeline() {
        Expression value = command(null);
        while (tokens.peek().equals("|")) {
            tokens.take();
            value = command(value);
        }
        return value;
    }

    /** A function or field with its arguments; the piped value comes last. */
    private Expression command(Expression piped) {
        String first = tokens.peek();
        if (first.isEmpty() || first.equals("|") || first.equals(")")) {
            throw TemplateLexer.wrong("a value is missing");
        }
        boolean function = Character.isLetter(first.charAt(0)) && !isConstant(first);
        Expression head = function ? null : term();
        String name = function ? tokens.take() : null;
        List<Expression> arguments = new ArrayList<>();
        while (!tokens.peek().isEmpty()
                && !tokens.peek().equals("|")
                && !tokens.peek().equals(")")) {
            arguments.add(term());
        }
        if (piped != null) {
            arguments.add(piped);
        }
        if (function) {
            Functions.require(name);
            return scope -> Functions.call(name, values(arguments, scope));
        }
        if (arguments.isEmpty()) {
            return head;
        }
        return scope -> call(head.value(scope), values(arguments, scope));
    }

    private static List<Object> values(List<Expression> expressions, Scope scope) {
        List<Object> values = new ArrayList<>();
        expressions.forEach(expression -> values.add(expression.value(scope)));
        return values;
    }

    @SuppressWarnings("unchecked")
    private static Object call(Object target, List<Object> arguments) {
        if (target instanceof Function<?, ?> method && arguments.size() == 1) {
            return ((Function<Object, Object>) method).apply(Values.text(arguments.get(0)));
        }
        throw TemplateLexer.wrong("a value is used like a function");
    }

    private Expression term() {
        String token = tokens.take();
        char c = token.charAt(0);
        Expression value;
        if (c == '(') {
            value = pipeline();
            if (!tokens.take().equals(")")) {
                throw TemplateLexer.wrong("')' is missing");
            }
        } else if (c == '"' || c == '`') {
            String text = Values.unquote(token);
            value = scope -> text;
        } else if (c == '.') {
            String field = token.substring(1);
            value = field.isEmpty() ? Scope::dot : scope -> scope.field(scope.dot(), field);
        } else if (c == '$') {
            value = scope -> scope.variable(token);
        } else if (NUMBER.matcher(token).matches()) {
            Object number = Values.number(token);
            value = scope -> number;
        } else if (isConstant(token)) {
            Object constant = token.equals("nil") ? null : (Object) Boolean.valueOf(token);
            value = scope -> constant;
        } else {
            Functions.require(token);
            value = scope -> Functions.call(token, List.of());
        }
        return fields(value);
    }

    /** {@code .B.C} glued to a term. */
    private Expression fields(Expression start) {
        Expression value = start;
        while (tokens.atField()) {
            String field = tokens.take().substring(1);
            Expression owner = value;
            value = scope -> scope.field(owner.value(scope), field);
        }
        return value;
    }

    private static boolean isConstant(String token) {
        return token.equals("true") || token.equals("false") || token.equals("nil");
    }

    private interface ScopeChange {
        Scope apply(Scope scope, Object value);
    }
}
