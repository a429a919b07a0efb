package org.skep.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.node.NodeConfig.LogLevel;
import org.slf4j.LoggerFactory;

class LoggingTest {

    @TempDir
    Path temp;

    @AfterEach
    void stop() {
        Logging.stop();
    }

    @Test
    void librariesOnlyWarnUnlessTheOperatorDebugs() throws Exception {
        Logging.start(temp, LogLevel.INFO);
        speak();
        Logging.stop();
        assertThat(Files.readString(temp.resolve("skepd.log")))
                .contains("our news", "their trouble")
                .doesNotContain("their news");

        Logging.start(temp, LogLevel.DEBUG);
        speak();
        Logging.stop();
        assertThat(Files.readString(temp.resolve("skepd.log"))).contains("their news");
    }

    private static void speak() {
        LoggerFactory.getLogger("org.skep.agent.Agent").info("our news");
        LoggerFactory.getLogger("org.apache.sshd.server.SshServer").info("their news");
        LoggerFactory.getLogger("com.github.dockerjava.core.Exec").warn("their trouble");
    }
}
