package org.skep.shell.repl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.jline.reader.CompletingParsedLine;
import org.jline.reader.EOFError;
import org.jline.reader.Parser.ParseContext;
import org.junit.jupiter.api.Test;

class TypingParserTest {

    private final TypingParser parser = new TypingParser();

    private CompletingParsedLine typed(String line) {
        return (CompletingParsedLine) parser.parse(line, line.length(), ParseContext.COMPLETE);
    }

    @Test
    void aWordThatHasNotBegunHasNoLength() {
        CompletingParsedLine line = typed("service ");

        assertThat(line.words()).containsExactly("service", "");
        assertThat(line.rawWordLength()).isZero();
        assertThat(line.escape(line.word(), false)).isEmpty();
    }

    @Test
    void candidatesAreQuotedWhereTheyNeedIt() {
        assertThat(typed("service ps w").escape("web", true)).isEqualTo("web");
        assertThat(typed("config inspect a").escape("a b", true)).isEqualTo("'a b'");
    }

    @Test
    void anOpenQuoteAsksForMore() {
        assertThatThrownBy(() -> parser.parse("echo 'a", 7, ParseContext.ACCEPT_LINE))
                .isInstanceOf(EOFError.class);
    }
}
