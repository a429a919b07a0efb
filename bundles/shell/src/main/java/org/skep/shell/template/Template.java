package org.skep.shell.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.skep.api.SkepException;

/**
 * A Go template as {@code --format} takes it: fields, variables, pipelines, {@code if}, {@code range}, {@code with}, and
 * docker's functions. Data are trees of maps, lists and plain values; a {@link Function} is a method with one argument.
 */
public final class Template {

    private static final Pattern NUMBER = Pattern.compile("[-+]?\\d+(\\.\\d+)?");

    private final Node root;

    private Template(Node root) {
        this.root = root;
    }

    /** @throws SkepException if it is not a template */
    public static Template parse(String text) {
        Parser parser = new Parser(TemplateLexer.pieces(text));
        Node root = parser.block();
        parser.requireEnd();
        return new Template(root);
    }

    /** @throws SkepException if the data do not have what it asks for */
    public String render(Object data) {
        StringBuilder out = new StringBuilder();
        Scope scope = new Scope(data, data, new HashMap<>());
        scope.variables().put("$", data);
        root.render(scope, out);
        return out.toString();
    }

    private record Scope(Object top, Object dot, Map<String, Object> variables) {
        Scope with(Object newDot) {
            return new Scope(top, newDot, new HashMap<>(variables));
        }
    }

    private interface Node {
        void render(Scope scope, StringBuilder out);
    }

    private interface Expression {
        Object value(Scope scope);
    }

    private static final class Parser {

        private final List<TemplateLexer.Piece> pieces;
        private int at;
        private List<String> tokens = List.of();
        private int next;

        Parser(List<TemplateLexer.Piece> pieces) {
            this.pieces = pieces;
        }

        /** Everything up to {@code else}, {@code end} or the end; the one that ended it is the current piece. */
        Node block() {
            List<Node> nodes = new ArrayList<>();
            while (at < pieces.size()) {
                TemplateLexer.Piece piece = pieces.get(at);
                if (piece.action() == null) {
                    String text = piece.text();
                    nodes.add((scope, out) -> out.append(text));
                    at++;
                    continue;
                }
                open(piece);
                if (peek().equals("end") || peek().equals("else")) {
                    break;
                }
                at++;
                nodes.add(action());
            }
            return (scope, out) -> nodes.forEach(node -> node.render(scope, out));
        }

        void requireEnd() {
            if (at < pieces.size()) {
                throw TemplateLexer.wrong("'" + pieces.get(at).action().get(0) + "' without a start");
            }
        }

        private void open(TemplateLexer.Piece piece) {
            tokens = piece.action();
            next = 0;
        }

        private Node action() {
            switch (peek()) {
                case "if" -> {
                    take();
                    return conditional(pipeline(), (scope, value) -> scope);
                }
                case "with" -> {
                    take();
                    return conditional(pipeline(), Scope::with);
                }
                case "range" -> {
                    take();
                    return range();
                }
                case "define", "template", "block", "break", "continue" ->
                    throw TemplateLexer.wrong("'" + peek() + "' is not supported");
                default -> {
                    return output();
                }
            }
        }

        private Node output() {
            if (peek().startsWith("$") && (look(1).equals(":=") || look(1).equals("="))) {
                String name = take();
                take();
                Expression value = pipeline();
                finish();
                return (scope, out) -> scope.variables().put(name, value.value(scope));
            }
            Expression value = pipeline();
            finish();
            return (scope, out) -> out.append(Values.text(value.value(scope)));
        }

        private Node conditional(Expression condition, ScopeChange inner) {
            finish();
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
            if (take().equals("end")) {
                finish();
                at++;
                return (scope, out) -> {};
            }
            at++;
            if (peek().equals("if") || peek().equals("with")) {
                boolean with = take().equals("with");
                return conditional(pipeline(), with ? Scope::with : (scope, value) -> scope);
            }
            finish();
            Node node = block();
            requirePiece();
            if (!take().equals("end")) {
                throw TemplateLexer.wrong("two 'else' for one condition");
            }
            finish();
            at++;
            return node;
        }

        private Node range() {
            List<String> names = new ArrayList<>();
            if (peek().startsWith("$") && (look(1).equals(":=") || look(1).equals(","))) {
                names.add(take());
                if (peek().equals(",")) {
                    take();
                    names.add(take());
                }
                if (!take().equals(":=")) {
                    throw TemplateLexer.wrong("':=' is missing in 'range'");
                }
            }
            Expression over = pipeline();
            finish();
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
                        inner.variables().put(names.get(names.size() - 1), value);
                    }
                    if (names.size() > 1) {
                        inner.variables().put(names.get(0), key);
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
            while (peek().equals("|")) {
                take();
                value = command(value);
            }
            return value;
        }

        /** A function or field with its arguments; the piped value comes last. */
        private Expression command(Expression piped) {
            String first = peek();
            if (first.isEmpty() || first.equals("|") || first.equals(")")) {
                throw TemplateLexer.wrong("a value is missing");
            }
            boolean function = Character.isLetter(first.charAt(0)) && !isConstant(first);
            Expression head = function ? null : term();
            String name = function ? take() : null;
            List<Expression> arguments = new ArrayList<>();
            while (!peek().isEmpty() && !peek().equals("|") && !peek().equals(")")) {
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
            String token = take();
            char c = token.charAt(0);
            Expression value;
            if (c == '(') {
                value = pipeline();
                if (!take().equals(")")) {
                    throw TemplateLexer.wrong("')' is missing");
                }
            } else if (c == '"' || c == '`') {
                String text = Values.unquote(token);
                value = scope -> text;
            } else if (c == '.') {
                String field = token.substring(1);
                value = field.isEmpty() ? Scope::dot : scope -> field(scope, scope.dot(), field);
            } else if (c == '$') {
                value = scope -> variable(scope, token);
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
            while (next < tokens.size()
                    && tokens.get(next).startsWith(".")
                    && tokens.get(next).length() > 1) {
                String field = tokens.get(next++).substring(1);
                Expression owner = value;
                value = scope -> field(scope, owner.value(scope), field);
            }
            return value;
        }

        private static Object variable(Scope scope, String name) {
            if (!scope.variables().containsKey(name)) {
                throw TemplateLexer.wrong("unknown variable " + name);
            }
            return scope.variables().get(name);
        }

        private static Object field(Scope scope, Object owner, String name) {
            if (owner == null) {
                return null;
            }
            if (!(owner instanceof Map<?, ?> map)) {
                throw TemplateLexer.wrong("'." + name + "' is asked of something that has no fields");
            }
            // deeper maps hold what users put there, such as labels: there, a missing key is no mistake
            if (owner == scope.top() && !map.containsKey(name)) {
                throw SkepException.user(
                        "TEMPLATE_FIELD_UNKNOWN",
                        "the template is wrong: there is no field '" + name + "'",
                        "fields are " + String.join(", ", Values.names(map)));
            }
            return map.get(name);
        }

        private static boolean isConstant(String token) {
            return token.equals("true") || token.equals("false") || token.equals("nil");
        }

        private void finish() {
            if (!peek().isEmpty()) {
                throw TemplateLexer.wrong("unexpected '" + peek() + "'");
            }
        }

        private String peek() {
            return look(0);
        }

        private String look(int ahead) {
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

        private String take() {
            while (next < tokens.size() && tokens.get(next).equals(" ")) {
                next++;
            }
            if (next >= tokens.size()) {
                throw TemplateLexer.wrong("something is missing before '}}'");
            }
            return tokens.get(next++);
        }

        private interface ScopeChange {
            Scope apply(Scope scope, Object value);
        }
    }

    /** Whether an error says that a template is not one, or does not fit. */
    public static boolean isWrong(SkepException e) {
        return e.code().startsWith("TEMPLATE_");
    }

    /** {@code \t} and {@code \n} as people type them into a shell. */
    public static String unescape(String format) {
        return format.replace("\\t", "\t").replace("\\n", "\n");
    }
}
