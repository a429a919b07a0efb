package org.skep.shell.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.command.Outcome;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.shell.TestSession;
import org.skep.shell.TestSession.Result;
import picocli.CommandLine.Command;

@Timeout(20)
class ShellTest {

    private final TestSession session = new TestSession();

    private static Result result(int status, String out, String err) {
        return new Result(status, out, err);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiterString = " => ",
            value = {
                "node lss => unknown command: node lss (did you mean 'node ls'?)",
                "nod ls => unknown command: nod (did you mean 'node ls'?)",
                "servce create x => unknown command: servce (did you mean 'service create'?)",
                "hepl => unknown command: hepl (did you mean 'help'?)",
                "frobnicate => unknown command: frobnicate (see 'help')",
                "docker frobnicate => unknown command: frobnicate (see 'help')",
                "service create --nmae x img => unknown flag: --nmae (did you mean '--name'?)",
                "service create --frob img => unknown flag: --frob (see 'service create --help')",
                "service create => missing: IMAGE (see 'service create --help')",
                "service create --name => the flag --name needs a value (see 'service create --help')",
                "node ls extra => unexpected argument: extra (see 'node ls --help')",
                "node ls | node ls => 'node ls' does not read from a pipe (grep, head, sort, tail and wc do)",
                "node ls | grep ( => '(' is not a regular expression: Unclosed group",
                "node ls 'x => a closing ' is missing",
                "node ls --format {{.Name => the template is wrong: '{{' without '}}'",
                "node ls --format {{uper .ID}} => the template is wrong: there is no function 'uper' (did you mean 'upper'?)",
                "service create --mode bogus img => 'bogus' is not a value of --mode (it takes replicated, global) (see 'service create --help')",
            })
    void wrongLinesGetOneLineAndStatusTwo(String line, String message) throws InterruptedException {
        assertThat(session.run(line)).isEqualTo(result(2, "", "Error: " + message + "\n"));
    }

    @Test
    void badValuesNameTheFlag() throws InterruptedException {
        Result number = session.run("service create --replicas many img");
        assertThat(number.status()).isEqualTo(2);
        assertThat(number.err()).contains("--replicas").contains("many").hasLineCount(1);
        Result mode = session.run("service create --mode bogus img");
        assertThat(mode.status()).isEqualTo(2);
        assertThat(mode.err())
                .contains("--mode")
                .contains("bogus")
                .contains("replicated")
                .hasLineCount(1);
        Result huge = session.run("service create --replicas 99999999999999999999 img");
        assertThat(huge.status()).isEqualTo(2);
        assertThat(huge.err()).hasLineCount(1);
    }

    @Test
    void optionsFirstLeavesTheRestToTheOtherProgram() throws InterruptedException {
        session.run("service create --name web -d=false img sh -c 'echo hi' --name other");
        session.run("swarmctl service create -d --mode global img");
        assertThat(session.commands.calls)
                .containsExactly(
                        "create web 1 replicated false img [sh, -c, echo hi, --name, other]",
                        "create  1 global true img []");
    }

    @Test
    void filesAreNeverReadBehindAnAt() throws InterruptedException {
        session.run("service create @/etc/passwd");
        assertThat(session.commands.calls).containsExactly("create  1 replicated false @/etc/passwd []");
    }

    @Test
    void failuresOfSomeAreJoined() throws InterruptedException {
        Result result = session.run("node inspect --format '{{.ID}}' alpha nobody beta nothing");
        assertThat(result)
                .isEqualTo(
                        result(
                                1,
                                "n1\nn2\n",
                                "Error: node nobody not found (see 'node ls')\nError: node nothing not found (see 'node ls')\n"));
    }

    @Test
    void defectsAreOneLineToo() throws InterruptedException {
        Result result = session.run("boom");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).hasLineCount(1).contains("IllegalStateException");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiterString = " => ",
            value = {
                "echo a; echo b => 0 a,b",
                "echo a && echo b => 0 a,b",
                "nope && echo b => 2",
                "nope || echo b => 0 b",
                "nope; echo b => 0 b",
                "echo a || echo b && echo c => 0 a,c",
                "node ls -q | grep n2 => 0 n2",
                "node ls -q | grep nothing => 1",
                "node inspect nobody | grep x => 1",
                "node ls -q | grep -v n2 => 0 n1",
                "node ls | grep -ic ALPHA => 0 1",
                "node ls -q | grep -n n => 0 1:n1,2:n2",
                "node ls -q | grep -E 'n(1|2)$' | wc -l => 0 2",
                "node ls -q | sort -r | head -1 => 0 n2",
                "node ls -q | tail -1 => 0 n2",
                "node ls -q | tail -n +2 => 0 n2",
                "node ls -q | head -n -1 => 0 n1",
                "node ls -q | wc => 0 2 2 6",
                "help | grep -c promote => 0 1",
                "exit; echo never => 0",
            })
    void joinsAndPipes(String line, String expected) throws InterruptedException {
        Result result = session.run(line);
        assertThat((result.status() + " " + result.out().strip().replace('\n', ',')).strip())
                .isEqualTo(expected);
    }

    @Test
    void filtersReadStandardInput() throws InterruptedException {
        byte[] input = "10\n9\nbanana\n9\n".getBytes(StandardCharsets.UTF_8);
        assertThat(session.run("sort -n", input).out()).isEqualTo("banana\n9\n9\n10\n");
        assertThat(session.run("sort -u | wc -l", input).out()).isEqualTo("3\n");
    }

    @Test
    void anEndlessCommandStopsWhenHeadHasEnough() throws InterruptedException {
        assertThat(session.run("service logs | head -2")).isEqualTo(result(0, "line 1\nline 2\n", ""));
        assertThat(session.run("service logs | grep -m 1 '3$'")).isEqualTo(result(0, "line 3\n", ""));
        assertThat(session.commands.calls).containsExactly("logs ended", "logs ended");
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void anExpressionCannotChewForEver() throws InterruptedException {
        String line = "echo " + "a".repeat(300) + " | grep -x '(a*)(a*)(a*)(a*)(a*)(a*)x'";
        Result result = session.run(line);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).contains("takes too long").hasLineCount(1);
    }

    @Test
    void interruptionEndsTheWholeLine() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> session.run("service logs; echo never")).isInstanceOf(InterruptedException.class);
        assertThat(session.audited).singleElement().satisfies(event -> assertThat(event.fields())
                .containsEntry("result", "interrupted"));
    }

    @Test
    void rolesAreCheckedAndShown() throws InterruptedException {
        session.as(Role.VIEWER);
        assertThat(session.run("node promote alpha"))
                .isEqualTo(result(1, "", "Error: 'node promote' needs the role admin (anna is viewer)\n"));
        assertThat(session.run("node promote --help").status()).isEqualTo(1);
        assertThat(session.run("watch -c 1 node promote alpha").status()).isEqualTo(1);
        assertThat(session.run("help").out()).contains("node ls").doesNotContain("node promote");
        assertThat(session.run("node promot x").err()).doesNotContain("promote'");
        assertThat(session.commands.calls).isEmpty();
    }

    @Test
    void helpComesInThreeSizes() throws InterruptedException {
        assertThat(session.run("help node").out()).contains("node inspect   Show nodes in full");
        assertThat(session.run("node").out()).isEqualTo(session.run("help node").out());
        assertThat(session.run("node --help").out())
                .isEqualTo(session.run("help node").out());
        assertThat(session.run("help node ls").out()).startsWith("Usage: node ls [OPTIONS]");
        assertThat(session.run("node ls --help")).isEqualTo(session.run("help node ls"));
        assertThat(session.run("node ls -h")).isEqualTo(session.run("help node ls"));
        assertThat(session.run("node ls --help | head -1").out()).isEqualTo("Usage: node ls [OPTIONS]\n");
        assertThat(session.run("node --help | grep inspect | wc -l").out()).isEqualTo("1\n");
        assertThat(session.run("node ls | grep --help").out()).startsWith("Usage: grep");
        assertThat(session.run("grep --help").out()).startsWith("Usage: grep");
        assertThat(session.run("help nod").status()).isEqualTo(2);
    }

    @Test
    void watchRepeats() throws InterruptedException {
        assertThat(session.run("watch -n 0.1 -c 2 echo 'a b'").out()).isEqualTo("a b\na b\n");
        assertThat(session.run("watch -c 1 'node ls -q | grep n2'").out()).isEqualTo("n2\n");
        assertThat(session.run("watch -n 0 echo").status()).isEqualTo(1);
    }

    @Test
    void watchDrawsOnATerminal() throws InterruptedException {
        session.on(new SmallScreen());
        String drawn = session.run("watch -c 1 node ls").out();
        assertThat(drawn)
                .startsWith("\u001b[H\u001b[2JEvery 2.0s: node ls")
                .contains("ID")
                .contains("n1");
        assertThat(drawn.lines().map(line -> line.replaceAll("\u001b\\[[0-9;]*[A-Z]", "")))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(40));
    }

    private record SmallScreen() implements Session.Screen {
        @Override
        public int width() {
            return 40;
        }

        @Override
        public int height() {
            return 5;
        }

        @Override
        public boolean colour() {
            return false;
        }

        @Override
        public Session.Keys raw(Runnable resized) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void whatChangesIsPrintedAgain() throws InterruptedException {
        assertThat(session.run("top -n 2").out()).isEqualTo("look 1\nlook 2\n");
        assertThat(session.run("top | head -n 3").out()).isEqualTo("look 1\nlook 2\nlook 3\n");
        session.on(new SmallScreen());
        assertThat(session.run("top -n 2").out()).isEqualTo("\u001b[H\u001b[2Jlook 1\n\u001b[H\u001b[2Jlook 2\n");
    }

    @Test
    void scriptsStopAtTheFirstFailure() throws InterruptedException {
        byte[] script = "# first\necho a\n\nnode inspect \\\n  nobody\necho b\n".getBytes(StandardCharsets.UTF_8);
        Result stopped = session.run("source -", script);
        assertThat(stopped.status()).isEqualTo(1);
        assertThat(stopped.out()).isEqualTo("a\n");
        assertThat(stopped.err()).endsWith("line 4 failed with exit status 1; stopped there\n");

        Result went = session.run("source --keep-going -e -", script);
        assertThat(went.status()).isEqualTo(1);
        assertThat(went.out()).contains("swarm> echo b\nb\n");
    }

    @Test
    void scriptsMayLeaveAndTheirCommandsDoNotEatThem() throws InterruptedException {
        byte[] script = "size -\nexit\nnope\n".getBytes(StandardCharsets.UTF_8);
        assertThat(session.run("source -", script)).isEqualTo(result(0, "0\n", "read -\n"));
    }

    @Test
    void binaryAndEndlessInputAreRefused() throws InterruptedException {
        Result binary = session.run("source -", new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, '\n'});
        assertThat(binary.status()).isEqualTo(2);
        assertThat(binary.err()).isEqualTo("Error: line 1: the input is not text (commands are lines of UTF-8)\n");
        Result nul = session.run("source -", "echo a\0b\n".getBytes(StandardCharsets.UTF_8));
        assertThat(nul.status()).isEqualTo(2);
        Result huge = session.run("source -", new byte[1 << 20]);
        assertThat(huge.status()).isEqualTo(2);
        assertThat(huge.err()).contains("too long").hasLineCount(1);
    }

    @Test
    void filesOfTheHostAreForAdmins(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("x"), "12345");
        assertThat(session.run("size " + file).out()).isEqualTo("5\n");
        assertThat(session.run("size x").err()).contains("'x' is relative");
        session.with(Map.of("SKEP_PWD", directory.toString()));
        assertThat(session.run("size x").out()).isEqualTo("5\n");
        assertThat(session.run("size " + directory).err()).contains("it is a directory");
        assertThat(session.run("size nothing").err()).contains("no such file");
        session.as(Role.OPERATOR);
        assertThat(session.run("size x").err()).contains("needs the role admin; you are operator");
        assertThat(session.run("source x").status()).isEqualTo(1);
        assertThat(session.run("size -", new byte[3]).out()).isEqualTo("3\n");
        assertThat(session.run("size -", new byte[9 << 20]).err()).contains("standard input is too large");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiterString = " => ",
            value = {
                "swarm join --token hunter2 host => swarm join --token *** host",
                "swarm join --token=hunter2 => swarm join --token=***",
                "swarm join -thunter2 host => swarm join -t*** host",
                "docker swarm join -t 'hunter 2' | grep x => docker swarm join -t *** | grep x",
                "node ls; swarm join --token hunter2 && echo b => node ls; swarm join --token *** && echo b",
                "watch -n 5 swarm join --token hunter2 => watch -n 5 swarm join --token ***",
                "watch 'swarm join --token hunter2' => watch 'swarm join --token ***'",
                "service create -e DB_PASSWORD=hunter2 -e A=b img => service create -e DB_PASSWORD=*** -e A=b img",
                "service create --env=DB_PASSWORD=hunter2 img => service create --env=DB_PASSWORD=*** img",
                "service create -e 'DB_PASSWORD=hunter 2' img => service create -e DB_PASSWORD=*** img",
                "service create --mount a=b,token=x,ro => service create --mount a=b,token=***,ro",
                "nosuch 'A=b c' token=\"x y\" => nosuch 'A=b c' token=***",
                "echo SWMTKN-1-abc-def => echo SWMTKN-***",
                "swarm join --token 'hunter2 => swarm join --token ***",
                "node ls --format '{{.A}}' => node ls --format '{{.A}}'",
            })
    void secretsAreMasked(String line, String masked) {
        assertThat(session.shell.mask(line)).isEqualTo(masked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"source -", "grep x"})
    void waitingForInputCanBeInterrupted(String line) {
        InputStream interrupted = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new InterruptedIOException("while waiting for data");
            }
        };

        assertThatThrownBy(() -> session.shell.run(line, session.session(interrupted)))
                .isInstanceOf(InterruptedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "password", "a=", "watch "})
    void maskingALongLineTakesNoTime(String part) {
        String line = "echo " + part.repeat(60_000 / part.length());

        String masked = assertTimeoutPreemptively(Duration.ofSeconds(5), () -> session.shell.mask(line));

        assertThat(masked).startsWith("echo ");
    }

    @Test
    void secretsDoNotLeakThroughErrors() throws InterruptedException {
        assertThat(session.run("swarm join --token x --pin hunter2").err())
                .contains("--pin")
                .doesNotContain("hunter2");
    }

    @Test
    void everyCommandIsAudited() throws InterruptedException {
        session.run("node ls -q | wc; swarm join --token hunter2");
        session.run("node promote");
        assertThat(session.audited)
                .extracting(event -> List.of(
                        event.fields().get("command"),
                        event.fields().get("result"),
                        event.fields().get("status")))
                .containsExactly(
                        List.of("node ls -q | wc", "ok", 0),
                        List.of("swarm join --token ***", "ok", 0),
                        List.of("node promote", "ARGUMENTS_INVALID", 2));
        assertThat(session.audited.get(0).fields())
                .containsEntry("user", "anna")
                .containsEntry("origin", "10.0.0.7:1")
                .containsEntry("key", "SHA256:x")
                .containsKey("ms");
    }

    @Test
    void commandsComeAndGo() throws InterruptedException {
        session.commands.remove("node ls");
        assertThat(session.run("node ls").status()).isEqualTo(2);
        session.commands.add(Role.VIEWER, Late::new, "late");
        assertThat(session.run("late").out()).isEqualTo("better than never\n");
    }

    @Command(name = "late")
    static final class Late implements ShellCommand {
        @Override
        public Outcome run(Session session) {
            return Outcome.text("better than never");
        }
    }
}
