package org.skep.shell.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;

class LineTest {

    /** Words are joined with {@code _}, stages with {@code |}, pipelines follow their condition. */
    private static String shape(Line line) {
        return line.pipelines().stream()
                .map(pipeline -> switch (pipeline.condition()) {
                            case ALWAYS -> ";";
                            case AFTER_SUCCESS -> "&";
                            case AFTER_FAILURE -> "/";
                        }
                        + pipeline.stages().stream()
                                .map(words -> words.stream().map(Word::text).collect(Collectors.joining("_")))
                                .collect(Collectors.joining("|")))
                .collect(Collectors.joining());
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiterString = " => ",
            value = {
                "node ls => ;node_ls",
                "`  node\tls  ` => ;node_ls",
                "a 'b c' \"d e\" f\\ g => ;a_b c_d e_f g",
                "a'b'\"c\"d => ;abcd",
                "a '' \"\" => ;a__",
                "a '\\' \"\\\"\\\\\\n\" => ;a_\\_\"\\\\n",
                "a; b;; c ; => ;a;b;c",
                "a&&b||c => ;a&b/c",
                "a|b -x|c => ;a|b_-x|c",
                "a # b | c => ;a",
                "a#b => ;a#b",
                "a '#b' '|' '&&' => ;a_#b_|_&&",
                "ls --format {{.A}}\\t{{json .B | upper}} x => ;ls_--format_{{.A}}\\t{{json .B | upper}}_x",
                "ls '{{.A}} {{.B}}' => ;ls_{{.A}} {{.B}}",
                "x --label a=b>c => ;x_--label_a=b>c",
                "x $HOME `date` $(id) => ;x_$HOME_`date`_$(id)",
            })
    void reads(String text, String expected) {
        assertThat(shape(Line.parse(text))).isEqualTo(expected);
    }

    @Test
    void newLinesSeparateAndBackslashesJoin() {
        assertThat(shape(Line.parse("a b\nc \\\nd # e\nf"))).isEqualTo(";a_b;c_d;f");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "# nothing", ";", "\n\n"})
    void emptyLinesAreFine(String text) {
        assertThat(Line.parse(text).pipelines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiterString = " => ",
            value = {
                "a | => a command is missing after '|'",
                "| a => a command is missing before '|'",
                "a && => a command is missing after '&&'",
                "a || | b => a command is missing before '|'",
                "&& a => a command is missing before '&&'",
                "a | | b => a command is missing before '|'",
                "a & => '&' is not part of the shell's language (quote it to pass it on)",
                "a > b => '>' is not part of the shell's language: nothing can be redirected (quote it to pass it on)",
                "a 'b => a closing ' is missing",
                "a \"b => a closing \" is missing",
                "a \\ => the line ends with a lone '\\'",
            })
    void refuses(String text, String message) {
        assertThatThrownBy(() -> Line.parse(text)).isInstanceOfSatisfying(SkepException.class, e -> assertThat(e.line())
                .isEqualTo(message));
    }

    @Test
    void aContinuedLineHasNoEmptyWords() {
        Line line = Line.parse("service create \\\n  --name web\\\nsite \\\n\timg");

        assertThat(line.pipelines().get(0).stages().get(0))
                .extracting(Word::text)
                .containsExactly("service", "create", "--name", "website", "img");
    }

    @Test
    void refusesWhatIsNoLine() {
        assertThatThrownBy(() -> Line.parse("x".repeat(1 << 20))).hasMessageContaining("1048576 characters");
        assertThatThrownBy(() -> Line.parse("a\0b")).hasMessageContaining("byte 0x00 at position 2");
        assertThatThrownBy(() -> Line.parse("a\u001b[2J")).hasMessageContaining("not text");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "", "two words", "it's", "a|b", "#", "\\", "\"", "ünïcode", "{{.A}}"})
    void whatIsQuotedReadsBackTheSame(String word) {
        Line line = Line.parse("x " + Line.quote(word));
        assertThat(line.pipelines().get(0).stages().get(0))
                .extracting(Word::text)
                .containsExactly("x", word);
    }

    @Test
    void knowsWhereSomeoneIsTyping() {
        assertThat(Line.typing("node l")).isEqualTo(new Line.Typing(List.of("node"), new Word("l", 5, 6), false));
        assertThat(Line.typing("a; node ")).isEqualTo(new Line.Typing(List.of("node"), new Word("", 8, 8), false));
        assertThat(Line.typing("a | gr")).isEqualTo(new Line.Typing(List.of(), new Word("gr", 4, 6), true));
        assertThat(Line.typing("a & b > c").before()).containsExactly("a", "b");
        assertThat(Line.typing("a 'b c").current()).isEqualTo(new Word("b c", 2, 6));
    }

    @Test
    void whateverIsTypedIsALineOrAWrongOne() {
        String[] pieces = {"a", " ", "'", "\"", "\\", "|", "||", "&", "&&", ";", "#", "\n", ">", "<", "{{", "}}"};
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            String text = random.ints(random.nextInt(10), 0, pieces.length)
                    .mapToObj(piece -> pieces[piece])
                    .collect(Collectors.joining());
            Line.typing(text);
            try {
                Line.parse(text).pipelines().forEach(pipeline -> assertThat(pipeline.stages())
                        .isNotEmpty()
                        .doesNotContain(List.of()));
            } catch (SkepException e) {
                assertThat(Line.isWrong(e)).isTrue();
            }
        }
    }
}
