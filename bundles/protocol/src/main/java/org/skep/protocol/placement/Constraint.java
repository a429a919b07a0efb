package org.skep.protocol.placement;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.skep.protocol.Node;
import org.skep.protocol.NodeDescription;
import org.skep.protocol.NodeRole;

/**
 * A condition that a node has to meet, such as {@code node.labels.zone==east}. Values are compared whole and without
 * regard to case; there are no wildcards. A label that is not set is an empty value, and a key that is not known is met
 * by no node.
 */
public record Constraint(String key, Operator operator, String value) {

    private static final Pattern KEY = Pattern.compile("[a-zA-Z_][a-zA-Z0-9\\-_.]+");
    private static final Pattern VALUE = Pattern.compile("[a-zA-Z0-9:\\-_\\s.*()?+\\[\\]\\\\^$|/]+");
    private static final String NODE_LABELS = "node.labels.";
    private static final String ENGINE_LABELS = "engine.labels.";

    /** How the node's value and the constraint's have to relate. */
    public enum Operator {
        EQUAL("=="),
        NOT_EQUAL("!=");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }
    }

    /** @throws InvalidConstraintException at the first expression that is wrong */
    public static List<Constraint> parseAll(List<String> expressions) {
        return expressions.stream().map(Constraint::parse).toList();
    }

    /** @throws InvalidConstraintException if the expression is wrong */
    public static Constraint parse(String expression) {
        int equal = expression.indexOf(Operator.EQUAL.symbol);
        int notEqual = expression.indexOf(Operator.NOT_EQUAL.symbol);
        if (equal < 0 && notEqual < 0) {
            throw new InvalidConstraintException(expression, "expected KEY==VALUE or KEY!=VALUE");
        }
        Operator operator = equal >= 0 && (notEqual < 0 || equal < notEqual) ? Operator.EQUAL : Operator.NOT_EQUAL;
        int at = operator == Operator.EQUAL ? equal : notEqual;
        String key = expression.substring(0, at).strip();
        String value = expression.substring(at + operator.symbol.length()).strip();
        if (!KEY.matcher(key).matches()) {
            throw new InvalidConstraintException(
                    expression,
                    "key '" + key + "' has to be a letter or '_' followed by letters, digits, '-', '_' or '.'");
        }
        if (!VALUE.matcher(value).matches()) {
            throw new InvalidConstraintException(
                    expression,
                    value.isEmpty()
                            ? "the value is missing"
                            : "value '" + value + "' has a character that is not allowed");
        }
        return new Constraint(key, operator, value);
    }

    /** Whether a node meets all of these. */
    public static boolean allMet(List<Constraint> constraints, Node node) {
        for (Constraint constraint : constraints) {
            if (!constraint.metBy(node)) {
                return false;
            }
        }
        return true;
    }

    public boolean metBy(Node node) {
        NodeDescription description = node.getDescription();
        switch (lower(key)) {
            case "node.id":
                return compare(node.getId());
            case "node.hostname":
                return compare(description.getHostname());
            case "node.ip":
                return compareAddress(node.getStatus().getAddr());
            case "node.role":
                return compare(node.getRole() == NodeRole.NODE_ROLE_MANAGER ? "manager" : "worker");
            case "node.platform.os":
                return compare(description.getPlatform().getOs());
            case "node.platform.arch":
                return compare(description.getPlatform().getArchitecture());
            default:
                return compareLabel(node);
        }
    }

    private boolean compareLabel(Node node) {
        if (startsWith(NODE_LABELS)) {
            String label = key.substring(NODE_LABELS.length());
            return compare(node.getSpec().getAnnotations().getLabelsMap().getOrDefault(label, ""));
        }
        if (startsWith(ENGINE_LABELS)) {
            String label = key.substring(ENGINE_LABELS.length());
            return compare(node.getDescription().getEngine().getLabelsMap().getOrDefault(label, ""));
        }
        return false;
    }

    private boolean startsWith(String prefix) {
        return key.length() > prefix.length() && key.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private boolean compare(String actual) {
        return (operator == Operator.EQUAL) == actual.equalsIgnoreCase(value);
    }

    private boolean compareAddress(String actual) {
        return AddressRange.parse(value)
                .map(range -> (operator == Operator.EQUAL) == range.contains(actual))
                .orElse(false);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return key + operator.symbol + value;
    }
}
