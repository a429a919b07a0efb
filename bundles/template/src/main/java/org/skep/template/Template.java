package org.skep.template;

import java.util.function.Function;
import org.skep.api.SkepException;

/**
 * A Go template as {@code --format} takes it: fields, variables, pipelines, {@code if}, {@code range}, {@code with}, and
 * docker's functions. Data are trees of maps, lists and plain values; a {@link Function} is a method with one argument.
 */
public final class Template {

    private final Node root;

    private Template(Node root) {
        this.root = root;
    }

    /** @throws SkepException if it is not a template */
    public static Template parse(String text) {
        return new Template(TemplateParser.parse(text));
    }

    /** @throws SkepException if the data do not have what it asks for */
    public String render(Object data) {
        StringBuilder out = new StringBuilder();
        root.render(Scope.of(data), out);
        return out.toString();
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
