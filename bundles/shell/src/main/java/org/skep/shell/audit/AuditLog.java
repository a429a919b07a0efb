package org.skep.shell.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.node.NodeConfig;
import org.skep.template.Json;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code log/audit.log}: one JSON object per line, for the owner alone, in files of bounded size. */
@Component
public final class AuditLog implements Audit {

    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final long LARGEST = 10L << 20;
    private static final int KEPT = 5;

    private final Path file;
    private final Clock clock;
    private final long largest;
    private OutputStream out;
    private long size;
    private boolean failing;

    @Activate
    public AuditLog(@Reference NodeConfig config) {
        this(config.stateDir().resolve("log").resolve("audit.log"), Clock.systemUTC(), LARGEST);
    }

    AuditLog(Path file, Clock clock, long largest) {
        this.file = file;
        this.clock = clock;
        this.largest = largest;
    }

    @Override
    public synchronized void record(AuditEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", Instant.now(clock).truncatedTo(ChronoUnit.MILLIS).toString());
        fields.putAll(event.fields());
        byte[] line = (Json.compact(fields) + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            rotate(line.length);
            open();
            out.write(line);
            size += line.length;
            failing = false;
        } catch (IOException e) {
            if (!failing) {
                LOG.error("cannot write {}: {}", file, e.toString());
            }
            failing = true;
            close();
        }
    }

    private void open() throws IOException {
        if (out != null) {
            return;
        }
        Files.createDirectories(file.getParent());
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        size = Files.size(file);
        out = Files.newOutputStream(file, StandardOpenOption.APPEND);
    }

    private void rotate(int next) throws IOException {
        if (size + next <= largest || size == 0) {
            return;
        }
        close();
        for (int i = KEPT - 1; i > 0; i--) {
            Path older = numbered(i);
            if (Files.exists(older)) {
                Files.move(older, numbered(i + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        size = 0;
    }

    private Path numbered(int number) {
        return Path.of(file + "." + number);
    }

    @Deactivate
    synchronized void close() {
        try {
            if (out != null) {
                out.close();
            }
        } catch (IOException e) {
            LOG.debug("closing {}", file, e);
        }
        out = null;
    }
}
