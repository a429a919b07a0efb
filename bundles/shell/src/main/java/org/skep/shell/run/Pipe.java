package org.skep.shell.run;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.skep.shell.filter.Filter;

/** Filters one behind the other, fed by a stream. */
final class Pipe {

    /** Longer lines pass in pieces. */
    private static final int LONGEST = 1 << 20;

    private final List<Stage> stages;
    private final PrintStream entrance;
    private volatile Runnable whenFull = () -> {};

    /** @param exit takes what comes out */
    Pipe(List<Filter> filters, Consumer<String> exit) {
        Stage[] chain = new Stage[filters.size()];
        for (int i = chain.length - 1; i >= 0; i--) {
            Consumer<String> next = i == chain.length - 1 ? exit : chain[i + 1];
            chain[i] = new Stage(filters.get(i));
            filters.get(i).start(next);
        }
        stages = List.of(chain);
        entrance = new PrintStream(new Splitter(), false, StandardCharsets.UTF_8);
    }

    /** What is printed here runs through the filters. */
    PrintStream entrance() {
        return entrance;
    }

    /** Called in the writing thread when no filter needs to see more, as after the last line of {@code head}. */
    void whenFull(Runnable action) {
        whenFull = action;
    }

    boolean full() {
        return stages.stream().anyMatch(stage -> stage.full);
    }

    /** @return the first exit status that is not zero, or zero */
    int end() {
        entrance.close();
        int status = 0;
        for (Stage stage : stages) {
            int own = stage.filter.end();
            status = status == 0 ? own : status;
        }
        return status;
    }

    void line(String line) {
        stages.get(0).accept(line);
        if (full()) {
            whenFull.run();
        }
    }

    private static final class Stage implements Consumer<String> {

        private final Filter filter;
        private volatile boolean full;

        Stage(Filter filter) {
            this.filter = filter;
        }

        @Override
        public void accept(String line) {
            full = full || !filter.line(line);
        }
    }

    private final class Splitter extends OutputStream {

        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public void write(int b) {
            if (b == '\n') {
                push();
            } else {
                line.write(b);
                if (line.size() >= LONGEST) {
                    push();
                }
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                write(bytes[i]);
            }
        }

        @Override
        public void close() {
            if (line.size() > 0) {
                push();
            }
        }

        private void push() {
            String text = line.toString(StandardCharsets.UTF_8);
            line.reset();
            Pipe.this.line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        }
    }
}
