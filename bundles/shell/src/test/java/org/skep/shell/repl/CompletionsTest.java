package org.skep.shell.repl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.skep.api.command.Role;
import org.skep.shell.TestSession;
import org.skep.shell.line.Line;

class CompletionsTest {

    private final TestSession session = new TestSession();
    private final Completions completions = new Completions(session.shell);

    private Set<String> next(String typed, Role role) {
        return completions.next(Line.typing(typed), role);
    }

    private Set<String> next(String typed) {
        return next(typed, Role.ADMIN);
    }

    @Test
    void wordsThatTheRoleAllows() {
        assertThat(next("")).contains("node", "service", "help", "exit").doesNotContain("quit");
        assertThat(next("node ")).containsExactly("inspect", "ls", "promote");
        assertThat(next("docker node ")).containsExactly("inspect", "ls", "promote");
        assertThat(next("node ", Role.VIEWER)).containsExactly("inspect", "ls");
        assertThat(next("service ", Role.VIEWER)).containsExactly("logs");
        assertThat(next("echo a; node ")).contains("ls");
        assertThat(next("node promote ", Role.VIEWER)).isEmpty();
    }

    @Test
    void flagsThatAreNotThereYet() {
        assertThat(next("node ls --")).contains("--filter", "--format", "--quiet", "--no-trunc", "--help");
        assertThat(next("node ls --quiet --filter a=b --")).contains("--filter").doesNotContain("--quiet");
        assertThat(next("service create ")).contains("--replicas");
    }

    @Test
    void valuesOfFlags() {
        assertThat(next("service create --mode ")).containsExactly("global", "replicated");
        assertThat(next("service create --mode=g")).containsExactly("--mode=global", "--mode=replicated");
        assertThat(next("service create --detach ")).doesNotContain("true");
        assertThat(next("service create --name ")).isEmpty();
    }

    @Test
    void liveNames() {
        assertThat(next("node inspect ")).containsExactly("alpha", "beta");
        assertThat(next("node inspect alpha ")).containsExactly("alpha", "beta");
        assertThat(next("node inspect --format json a")).containsExactly("alpha", "beta");
    }

    @Test
    void nothingBehindAnotherProgramsWords() {
        assertThat(next("service create img sh --")).isEmpty();
    }

    @Test
    void filtersBehindPipesAndCommandsBehindWatchAndHelp() {
        assertThat(next("node ls | ")).containsExactly("grep", "head", "sort", "tail", "wc");
        assertThat(next("node ls | grep -")).contains("-i", "-v");
        assertThat(next("watch node ")).contains("ls");
        assertThat(next("watch -n 5 node inspect ")).containsExactly("alpha", "beta");
        assertThat(next("help node ")).containsExactly("inspect", "ls", "promote");
    }
}
