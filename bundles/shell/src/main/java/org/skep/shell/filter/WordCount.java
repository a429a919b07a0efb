package org.skep.shell.filter;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ... | wc}. */
@Command(name = "wc", description = "Count lines, words and bytes")
public final class WordCount implements Filter {

    @Option(names = "-l", description = "Lines only")
    private boolean onlyLines;

    @Option(names = "-w", description = "Words only")
    private boolean onlyWords;

    @Option(names = "-c", description = "Bytes only")
    private boolean onlyBytes;

    @Option(names = "-m", description = "Characters only")
    private boolean onlyCharacters;

    private Consumer<String> next;
    private long lines;
    private long words;
    private long bytes;
    private long characters;

    @Override
    public void start(Consumer<String> target) {
        next = target;
    }

    @Override
    public boolean line(String line) {
        lines++;
        words += new StringTokenizer(line).countTokens();
        bytes += line.getBytes(StandardCharsets.UTF_8).length + 1L;
        characters += line.codePointCount(0, line.length()) + 1L;
        return true;
    }

    @Override
    public int end() {
        boolean all = !(onlyLines || onlyWords || onlyBytes || onlyCharacters);
        List<String> counts = new ArrayList<>();
        if (all || onlyLines) {
            counts.add(Long.toString(lines));
        }
        if (all || onlyWords) {
            counts.add(Long.toString(words));
        }
        if (all || onlyBytes) {
            counts.add(Long.toString(bytes));
        }
        if (onlyCharacters) {
            counts.add(Long.toString(characters));
        }
        next.accept(String.join(" ", counts));
        return 0;
    }
}
