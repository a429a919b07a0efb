package org.skep.shell.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T15:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path directory;

    private static AuditEvent event(String command) {
        return AuditEvent.command("anna", "10.0.0.7:1", "SHA256:x", command, 1, "FORBIDDEN", Duration.ofMillis(12));
    }

    @Test
    void writesOneObjectPerLine() throws Exception {
        Path file = directory.resolve("log/audit.log");
        AuditLog log = new AuditLog(file, CLOCK, 1 << 20);
        log.record(event("node ls\n\"x\""));
        log.record(AuditEvent.session("login-failed", "eve", "10.0.0.8:2", "", "refused"));
        log.close();
        assertThat(Files.readString(file)).isEqualTo("""
                        {"time":"2026-11-20T15:00:00Z","event":"command","user":"anna","origin":"10.0.0.7:1",\
                        "key":"SHA256:x","command":"node ls\\n\\"x\\"","result":"FORBIDDEN","status":1,"ms":12}
                        {"time":"2026-11-20T15:00:00Z","event":"login-failed","user":"eve","origin":"10.0.0.8:2",\
                        "key":"","result":"refused"}
                        """);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void keepsABoundedNumberOfFiles() throws Exception {
        Path file = directory.resolve("audit.log");
        AuditLog log = new AuditLog(file, CLOCK, 300);
        for (int i = 0; i < 50; i++) {
            log.record(event("line " + i));
        }
        log.close();
        assertThat(directory.toFile().list())
                .containsExactlyInAnyOrder(
                        "audit.log", "audit.log.1", "audit.log.2", "audit.log.3", "audit.log.4", "audit.log.5");
        assertThat(Files.readString(file)).contains("line 49");
        assertThat(Files.size(file)).isLessThanOrEqualTo(300);
    }

    @Test
    void survivesADirectoryItCannotWrite() throws Exception {
        Path file = Files.createFile(directory.resolve("not-a-directory")).resolve("audit.log");
        AuditLog log = new AuditLog(file, CLOCK, 300);
        log.record(event("x"));
        log.close();
        assertThat(file.getParent()).isEmptyFile();
    }
}
