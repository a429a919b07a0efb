package org.skep.shell.commands.testing;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.skep.api.SkepException;
import org.skep.api.command.Role;
import org.skep.api.command.Session;

/** Remembers what a command prints. */
public final class FakeSession implements Session {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
    private final PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    private final Map<String, byte[]> files = new HashMap<>();
    private final Map<String, String> environment = new HashMap<>();
    private InputStream in = InputStream.nullInputStream();
    private Screen screen;
    /** Not null while a command has the terminal for itself. */
    public volatile Runnable resized;

    public final List<String> audited = new CopyOnWriteArrayList<>();
    private String secret = "";

    public FakeSession file(String name, String content) {
        files.put(name, content.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    public FakeSession variable(String name, String value) {
        environment.put(name, value);
        return this;
    }

    /** What is typed when a command asks for a secret. */
    public FakeSession typing(String answer) {
        secret = answer;
        return this;
    }

    /** What is sent into the line, or typed at the terminal. */
    public FakeSession input(InputStream input) {
        in = input;
        return this;
    }

    public FakeSession screen(int width, int height) {
        screen = new Screen() {
            @Override
            public int width() {
                return width;
            }

            @Override
            public int height() {
                return height;
            }

            @Override
            public boolean colour() {
                return false;
            }

            @Override
            public Keys raw(Runnable whenResized) {
                resized = whenResized;
                return new Keys() {
                    @Override
                    public InputStream in() {
                        return in;
                    }

                    @Override
                    public void close() {
                        resized = null;
                    }
                };
            }
        };
        return this;
    }

    public String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    public String warned() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Override
    public String user() {
        return "ada";
    }

    @Override
    public Role role() {
        return Role.ADMIN;
    }

    @Override
    public String origin() {
        return "local";
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public PrintStream out() {
        return outStream;
    }

    @Override
    public PrintStream err() {
        return errStream;
    }

    @Override
    public Optional<Screen> screen() {
        return Optional.ofNullable(screen);
    }

    @Override
    public Optional<String> environment(String name) {
        return Optional.ofNullable(environment.get(name));
    }

    @Override
    public String secret(String question) {
        return secret;
    }

    @Override
    public void audit(String event, Map<String, Object> details) {
        audited.add(event + " " + new TreeMap<>(details));
    }

    @Override
    public byte[] read(String file, int limit) {
        if (!files.containsKey(file)) {
            throw SkepException.user("NO_SUCH_FILE", "no such file: " + file, "");
        }
        return files.get(file);
    }
}
