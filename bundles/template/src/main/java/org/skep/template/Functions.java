package org.skep.template;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.skep.api.SkepException;
import org.skep.api.command.Suggestions;

/** The functions of Go's templates and those that docker adds. */
final class Functions {

    private static final Pattern VERB = Pattern.compile("%([-+# 0]*\\d*(?:\\.\\d+)?)([a-zA-Z%])");
    private static final Map<String, Function<List<Object>, Object>> ALL = new TreeMap<>();

    static {
        ALL.put("and", a -> choose(a, false));
        ALL.put("or", a -> choose(a, true));
        ALL.put("not", a -> !Values.truth(arg(a, 0)));
        ALL.put("eq", a -> a.subList(1, a.size()).stream().anyMatch(other -> compare(arg(a, 0), other) == 0));
        ALL.put("ne", a -> compare(arg(a, 0), arg(a, 1)) != 0);
        ALL.put("lt", a -> holds(a, c -> c < 0));
        ALL.put("le", a -> holds(a, c -> c <= 0));
        ALL.put("gt", a -> holds(a, c -> c > 0));
        ALL.put("ge", a -> holds(a, c -> c >= 0));
        ALL.put("len", a -> length(arg(a, 0)));
        ALL.put("index", Functions::index);
        ALL.put("slice", Functions::slice);
        ALL.put("print", a -> a.stream().map(Values::text).collect(Collectors.joining(" ")));
        ALL.put("println", a -> a.stream().map(Values::text).collect(Collectors.joining(" ", "", "\n")));
        ALL.put("printf", a -> printf(text(a, 0), a.subList(1, a.size())));
        ALL.put("json", a -> Json.compact(arg(a, 0)));
        ALL.put("split", a -> Arrays.asList(text(a, 0).split(Pattern.quote(text(a, 1)), -1)));
        ALL.put("join", Functions::join);
        ALL.put("title", a -> title(text(a, 0)));
        ALL.put("lower", a -> text(a, 0).toLowerCase(Locale.ROOT));
        ALL.put("upper", a -> text(a, 0).toUpperCase(Locale.ROOT));
        ALL.put("pad", a -> pad(text(a, 0), number(a, 1), number(a, 2)));
        ALL.put("truncate", a -> truncate(text(a, 0), number(a, 1)));
    }

    private Functions() {}

    static void require(String name) {
        if (!ALL.containsKey(name)) {
            throw SkepException.user(
                    "TEMPLATE_FUNCTION_UNKNOWN",
                    "the template is wrong: there is no function '" + name + "'",
                    Suggestions.nearest(name, ALL.keySet())
                            .map(near -> "did you mean '" + near + "'?")
                            .orElse("functions are " + String.join(", ", ALL.keySet())));
        }
    }

    static Object call(String name, List<Object> arguments) {
        return ALL.get(name).apply(arguments);
    }

    private static Object arg(List<Object> arguments, int index) {
        if (index >= arguments.size()) {
            throw TemplateLexer.wrong("a function has too few arguments");
        }
        return arguments.get(index);
    }

    private static String text(List<Object> arguments, int index) {
        return Values.text(arg(arguments, index));
    }

    private static int number(List<Object> arguments, int index) {
        if (arg(arguments, index) instanceof Number number) {
            return Math.max(0, Math.min(number.intValue(), 10_000));
        }
        throw TemplateLexer.wrong("'" + text(arguments, index) + "' is not a number");
    }

    private static Object choose(List<Object> arguments, boolean wanted) {
        Object last = arg(arguments, 0);
        for (Object argument : arguments) {
            last = argument;
            if (Values.truth(argument) == wanted) {
                return argument;
            }
        }
        return last;
    }

    private static boolean holds(List<Object> arguments, IntPredicate order) {
        return order.test(compare(arg(arguments, 0), arg(arguments, 1)));
    }

    private static int compare(Object one, Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            return Double.compare(a.doubleValue(), b.doubleValue());
        }
        return Values.text(one).compareTo(Values.text(other));
    }

    private static long length(Object value) {
        if (value instanceof Map<?, ?> map) {
            return map.size();
        }
        if (value instanceof Collection<?> collection) {
            return collection.size();
        }
        return value == null ? 0 : value.toString().length();
    }

    private static Object index(List<Object> arguments) {
        Object value = arg(arguments, 0);
        for (Object key : arguments.subList(1, arguments.size())) {
            if (value instanceof List<?> list && key instanceof Number number) {
                int i = number.intValue();
                if (i < 0 || i >= list.size()) {
                    throw TemplateLexer.wrong("there is no element " + i + ", only " + list.size());
                }
                value = list.get(i);
            } else if (value instanceof Map<?, ?> map) {
                value = map.get(Values.text(key));
            } else if (value != null) {
                throw TemplateLexer.wrong("'index' needs a list or a map");
            }
        }
        return value;
    }

    private static Object slice(List<Object> arguments) {
        Object value = arg(arguments, 0);
        int size = (int) length(value);
        int from = arguments.size() > 1 ? number(arguments, 1) : 0;
        int to = arguments.size() > 2 ? number(arguments, 2) : size;
        if (from > to || to > size) {
            throw TemplateLexer.wrong("'slice' reaches beyond the end");
        }
        return value instanceof List<?> list
                ? list.subList(from, to)
                : Values.text(value).substring(from, to);
    }

    private static Object join(List<Object> arguments) {
        if (arg(arguments, 0) instanceof Collection<?> collection) {
            return collection.stream().map(Values::text).collect(Collectors.joining(text(arguments, 1)));
        }
        throw TemplateLexer.wrong("'join' needs a list");
    }

    private static String title(String text) {
        StringBuilder title = new StringBuilder(text);
        for (int i = 0; i < title.length(); i++) {
            if (i == 0 || !Character.isLetterOrDigit(title.charAt(i - 1))) {
                title.setCharAt(i, Character.toUpperCase(title.charAt(i)));
            }
        }
        return title.toString();
    }

    private static String pad(String text, int before, int after) {
        return text.isEmpty() ? text : " ".repeat(before) + text + " ".repeat(after);
    }

    private static String truncate(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length);
    }

    private static String printf(String format, List<Object> arguments) {
        List<Object> left = new ArrayList<>(arguments);
        Matcher matcher = VERB.matcher(format);
        StringBuilder text = new StringBuilder();
        while (matcher.find()) {
            String verb = matcher.group(2);
            String piece = verb.equals("%")
                    ? "%"
                    : left.isEmpty() ? "%!" + verb + "(MISSING)" : verb(matcher.group(1), verb, left.remove(0));
            matcher.appendReplacement(text, Matcher.quoteReplacement(piece));
        }
        return matcher.appendTail(text).toString();
    }

    private static String verb(String flags, String verb, Object value) {
        try {
            return switch (verb) {
                case "d", "x", "X", "o" -> String.format("%" + flags + verb, ((Number) value).longValue());
                case "f", "e", "g" -> String.format("%" + flags + verb, ((Number) value).doubleValue());
                case "q" -> "\"" + Values.text(value) + "\"";
                default -> String.format("%" + flags.replace("0", "").replace("+", "") + "s", Values.text(value));
            };
        } catch (ClassCastException | java.util.IllegalFormatException e) {
            throw TemplateLexer.wrong("'%" + flags + verb + "' does not fit '" + Values.text(value) + "'");
        }
    }
}
