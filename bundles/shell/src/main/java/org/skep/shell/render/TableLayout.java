package org.skep.shell.render;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Lines with tabs as columns: at least ten wide and three apart, as docker sets them. */
final class TableLayout {

    private static final int LEAST = 10;
    private static final int GAP = 3;

    private TableLayout() {}

    static List<String> align(List<String> lines) {
        List<List<String>> rows =
                lines.stream().map(line -> Arrays.asList(line.split("\t", -1))).toList();
        List<Integer> widths = new ArrayList<>();
        for (List<String> row : rows) {
            // the last cell of a row has nothing to stay clear of
            for (int i = 0; i < row.size() - 1; i++) {
                int width = Math.max(LEAST, length(row.get(i)) + GAP);
                if (i == widths.size()) {
                    widths.add(width);
                } else {
                    widths.set(i, Math.max(widths.get(i), width));
                }
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i));
            if (i < row.size() - 1) {
                line.append(" ".repeat(widths.get(i) - length(row.get(i))));
            }
        }
        return line.toString();
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
