package org.skep.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments.ArgumentSet;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.shell.line.Line;

class ArgumentsTest {

    static List<ArgumentSet> lines() {
        return List.of(
                line("node ls", "node", "ls"),
                line("service create --name web nginx", "service", "create", "--name", "web", "nginx"),
                line("echo 'a b' '' 'c;d'", "echo", "a b", "", "c;d"),
                line("echo 'it'\\''s' '\"quoted\"' $HOME '#no'", "echo", "it's", "\"quoted\"", "$HOME", "#no"),
                line("service ls | grep web", "service ls | grep web"),
                line(
                        "service ls --format '{{.Name}} {{.Image}}'",
                        "service",
                        "ls",
                        "--format",
                        "{{.Name}} {{.Image}}"));
    }

    private static ArgumentSet line(String line, String... words) {
        return org.junit.jupiter.params.provider.Arguments.argumentSet(line, line, words);
    }

    @ParameterizedTest
    @MethodSource("lines")
    void makesALineThatTheShellReadsBack(String line, String[] words) {
        Arguments arguments = Arguments.parse(words);

        if (words.length > 1) {
            assertThat(Line.parse(arguments.line()).pipelines()).singleElement().satisfies(pipeline -> assertThat(
                            pipeline.stages().get(0))
                    .extracting(word -> word.text())
                    .containsExactly(words));
        } else {
            assertThat(arguments.line()).isEqualTo(line);
        }
    }

    @Test
    void takesItsOwnFlagsUpToTheFirstWord() {
        Arguments arguments = Arguments.parse("--state-dir", "/s", "service", "create", "--name=x", "-e", "A=1", "i");

        assertThat(arguments.stateDir()).contains(Path.of("/s"));
        assertThat(arguments.echo()).isFalse();
        assertThat(arguments.words()).containsExactly("service", "create", "--name=x", "-e", "A=1", "i");
    }

    @Test
    void readsABatch() {
        Arguments arguments = Arguments.parse("--state-dir=/s", "-e", "--keep-going", "-f", "-");

        assertThat(arguments.file()).contains("-");
        assertThat(arguments.batch()).isEqualTo("source --keep-going -e -");
        assertThat(Arguments.parse("-ffile").file()).contains("file");
        assertThat(Arguments.parse("--file=a=b").file()).contains("a=b");
    }

    @Test
    void opensThePromptWithoutWords() {
        assertThat(Arguments.parse().words()).isEmpty();
        assertThat(Arguments.parse("--", "--help").words()).containsExactly("--help");
        assertThat(Arguments.parse("--help").help()).isTrue();
        assertThat(Arguments.parse("--version").version()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nope | unknown flag '--nope' (see 'skep --help')",
                "-x | unknown flag '-x' (see 'skep --help')",
                "--state-dir | flag '--state-dir' needs a value (see 'skep --help')",
                "--state-dir= | flag '--state-dir' needs a value (see 'skep --help')",
                "-f | flag '-f' needs a value (see 'skep --help')",
                "-f x ls | -f runs a file: 'ls' is one word too many (see 'skep --help')",
            })
    void namesWhatIsWrong(String args, String line) {
        assertThatThrownBy(() -> Arguments.parse(args.split(" ")))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.exitStatus()).isEqualTo(2))
                .hasMessage(line);
    }
}
