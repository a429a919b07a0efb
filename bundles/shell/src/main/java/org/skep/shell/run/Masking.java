package org.skep.shell.run;

import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.skep.api.SkepException;
import org.skep.api.text.Secrecy;
import org.skep.shell.command.CommandModel;
import org.skep.shell.command.Vocabulary;
import org.skep.shell.line.Line;
import org.skep.shell.line.Pipeline;
import org.skep.shell.line.Word;

/**
 * Takes the secrets out of a line. Values of options and parameters that commands declare as secret go; beyond that,
 * swarm tokens and keys, and the values of variables whose names say what they are.
 */
final class Masking {

    private final Vocabulary vocabulary;
    private final Function<Vocabulary.Match, Optional<Secrets>> secrets;

    /** @param secrets what a command declares */
    Masking(Vocabulary vocabulary, Function<Vocabulary.Match, Optional<Secrets>> secrets) {
        this.vocabulary = vocabulary;
        this.secrets = secrets;
    }

    String mask(String line) {
        try {
            return Secrecy.mask(mask(Line.parseUnfinished(line)));
        } catch (SkepException e) {
            return Secrecy.mask(line);
        }
    }

    private String mask(Line line) {
        NavigableMap<Integer, Range> hidden = new TreeMap<>();
        for (Pipeline pipeline : line.pipelines()) {
            for (List<Word> stage : pipeline.stages()) {
                collect(stage, range -> hidden.put(range.start(), range));
                quoted(stage, range -> hidden.putIfAbsent(range.start(), range));
            }
        }
        StringBuilder text = new StringBuilder();
        int copied = 0;
        for (Range range : hidden.values()) {
            text.append(line.text(), copied, range.start()).append(range.text());
            copied = range.end();
        }
        return text.append(line.text(), copied, line.text().length()).toString();
    }

    private void collect(List<Word> words, Consumer<Range> hidden) {
        List<String> texts = words.stream().map(Word::text).toList();
        Optional<Vocabulary.Match> match = vocabulary.match(texts);
        if (match.isEmpty()) {
            return;
        }
        int start = match.get().words();
        if (match.get().entry().name().equals("watch")) {
            watched(words.subList(start, words.size()), hidden);
            return;
        }
        secrets.apply(match.get()).ifPresent(known -> hide(words.subList(start, words.size()), known, hidden));
    }

    /** The command that is watched begins at some later word, or is all in one. */
    private void watched(List<Word> words, Consumer<Range> hidden) {
        List<String> texts = words.stream().map(Word::text).toList();
        for (int i = 0; i < words.size(); i++) {
            if (vocabulary.match(texts.subList(i, texts.size())).isPresent()) {
                collect(words.subList(i, words.size()), hidden);
                return;
            }
            String word = texts.get(i);
            if (word.indexOf(' ') >= 0 && !mask(word).equals(word)) {
                hidden.accept(new Range(words.get(i).start(), words.get(i).end(), Line.quote(mask(word))));
                return;
            }
        }
    }

    /** In quotes, a value does not end at a space. */
    private static void quoted(List<Word> words, Consumer<Range> hidden) {
        for (Word word : words) {
            Secrecy.maskRest(word.text())
                    .ifPresent(text -> hidden.accept(new Range(word.start(), word.end(), Line.quote(text))));
        }
    }

    private static void hide(List<Word> words, Secrets known, Consumer<Range> hidden) {
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            String text = word.text();
            int equals = text.indexOf('=');
            String name = equals > 0 ? text.substring(0, equals) : text;
            if (known.options().contains(name)) {
                if (equals > 0) {
                    hidden.accept(new Range(word.start(), word.end(), name + "=" + Secrecy.STARS));
                } else if (++i < words.size()) {
                    hidden.accept(new Range(words.get(i).start(), words.get(i).end(), Secrecy.STARS));
                }
            } else if (known.isClustered(text)) {
                hidden.accept(new Range(word.start(), word.end(), text.substring(0, 2) + Secrecy.STARS));
            } else if (known.parameters() && !text.startsWith("-")) {
                hidden.accept(new Range(word.start(), word.end(), Secrecy.STARS));
            }
        }
    }

    /**
     * What a command declares as secret.
     *
     * @param options their names
     * @param parameters whether words without a dash may be secret
     */
    record Secrets(Set<String> options, boolean parameters) {

        /** A short option and its value in one word, such as {@code -pVALUE}. */
        boolean isClustered(String word) {
            return word.length() > 2 && options.contains(word.substring(0, 2));
        }

        static Secrets of(CommandModel model) {
            Set<String> names = new HashSet<>();
            model.secretOptions().forEach(names::add);
            return new Secrets(names, model.hasSecretParameters());
        }
    }

    private record Range(int start, int end, String text) {}
}
