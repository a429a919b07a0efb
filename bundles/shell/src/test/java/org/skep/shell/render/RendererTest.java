package org.skep.shell.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.shell.TestSession;

class RendererTest {

    private final TestSession session = new TestSession();

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "node ls => table.txt",
                "node ls --no-trunc => table.txt",
                "node ls --format table => table.txt",
                "node ls -q => quiet.txt",
                "node ls --format json => lines.json",
                "node ls --format yaml => list.yaml",
                "node ls --format '{{.Hostname}}: {{.Labels}}' => template.txt",
                "node ls --format 'table {{.Hostname}}\\t{{.ManagerStatus}}\\t{{upper .ID}}' => table-template.txt",
                "node inspect alpha beta --format '' => objects.json",
                "node inspect alpha --format yaml => object.yaml",
            })
    void looksLikeThis(String line, String file) throws Exception {
        assertThat(session.run(line).out()).isEqualTo(golden(file));
    }

    private static String golden(String file) throws IOException {
        try (InputStream in = RendererTest.class.getResourceAsStream(file)) {
            assertThat(in).as(file).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
