package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.exception.InternalServerErrorException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailuresTest {

    /** As engines of several versions word them. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: \"x\": executable file not found in $PATH: unknown"
                        + "| exec: \"x\": executable file not found in $PATH",
                "OCI runtime create failed: container_linux.go:380: starting container process caused: exec: \"x\": permission denied: unknown"
                        + "| starting container process caused: exec: \"x\": permission denied",
                "driver failed programming external connectivity on endpoint web.1.x (0a1b2c): Bind for 0.0.0.0:8080 failed: port is already allocated"
                        + "| port 8080 is already in use on this node",
                "driver failed programming external connectivity on endpoint web.1.x (0a1b2c): Error starting userland proxy: listen tcp4 0.0.0.0:8080: bind: address already in use"
                        + "| port 8080 is already in use on this node",
                "failed to bind host port 0.0.0.0:8080/tcp: address already in use"
                        + "| port 8080 is already in use on this node",
                "failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use"
                        + "| port 8080 is already in use on this node",
                "Get \"https://registry.invalid/v2/\": dial tcp: lookup registry.invalid: no such host"
                        + "| dial tcp: lookup registry.invalid: no such host",
                "network b1 not found| network b1 not found",
            })
    void keepsWhatMatters(String said, String told) {
        String body = "{\"message\":\"" + said.replace("\"", "\\\"") + "\"}\n";
        assertThat(Failures.line(new InternalServerErrorException(body))).isEqualTo(told);
    }

    @Test
    void takesWhatIsNotJson() {
        assertThat(Failures.line(new InternalServerErrorException("<html>\nbad gateway\n</html>")))
                .isEqualTo("<html> bad gateway </html>");
        assertThat(Failures.line(new InternalServerErrorException("{broken"))).isEqualTo("{broken");
        assertThat(Failures.line(new IOException())).isEqualTo("IOException");
    }

    @Test
    void staysShort() {
        assertThat(Failures.line("word ".repeat(1000))).hasSizeLessThan(600).endsWith("...");
    }
}
