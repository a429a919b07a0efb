package org.skep.itests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.skep.itests.Commands.Result;

/**
 * A service keeps its data on an NFS server: the whole stack on a real mount. The machine's own kernel may know no NFS, so
 * the node runs in a guest, see {@code plugins-volume-nfs/src/test/guest/run}, and the server outside of it.
 */
class NfsIT {

    private static final int SKIPPED = 77;

    @Test
    void aServiceKeepsItsDataOnAServer() throws IOException {
        Path scratch = Distribution.workDirectory("nfs");
        Path sources = Distribution.sources();
        Result guest = Commands.run(
                List.of(
                        sources.resolve("plugins-volume-nfs/src/test/guest/run").toString(),
                        scratch.toString(),
                        sources.resolve("itests/src/test/guest/nfs").toString(),
                        Distribution.unpack().home().toString()),
                new byte[0],
                Map.of(),
                Duration.ofMinutes(5));
        if (guest.status() == SKIPPED) {
            System.out.println(guest.err().strip());
        }
        assumeTrue(guest.status() != SKIPPED, guest.err());

        String said = guest.expectSuccess();
        assertThat(scratch.resolve("export/x")).content().startsWith("hello from ");
        assertThat(said)
                .contains("mounted while the service runs: 1", "mounted after the service: 0", "Node left the swarm.")
                .containsPattern(
                        Pattern.compile("loser\\.1 .*\"cannot mount volume 'lost' from 10\\.98\\.7\\.1:/nowhere: .*"
                                + "No such file or directory\""));
        assertThat(Files.readAllLines(scratch.resolve("out/status"))).containsExactly("0");
    }
}
