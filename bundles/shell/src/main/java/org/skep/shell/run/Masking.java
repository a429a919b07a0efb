package org.skep.shell.run;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.skep.api.SkepException;
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

    private static final String STARS = "***";
    private static final Pattern TOKEN = Pattern.compile("\\b(SWMTKN-|SWMKEY-)[A-Za-z0-9+/=_-]+");
    private static final Pattern VARIABLE = Pattern.compile(
            "(?i)([\\w.-]*(?:passw(?:or)?d|passphrase|secret|token|api_?key|private_?key|credential)[\\w.-]*=)"
                    + "(?!\\*\\*\\*)[^\\s,;|&]+");

    private final Vocabulary vocabulary;
    private final Function<Vocabulary.Match, Optional<Secrets>> secrets;

    /** @param secrets what a command declares */
    Masking(Vocabulary vocabulary, Function<Vocabulary.Match, Optional<Secrets>> secrets) {
        this.vocabulary = vocabulary;
        this.secrets = secrets;
    }

    String mask(String line) {
        try {
            return byPattern(mask(Line.parseUnfinished(line)));
        } catch (SkepException e) {
            return byPattern(line);
        }
    }

    private String mask(Line line) {
        List<Range> hidden = new ArrayList<>();
        for (Pipeline pipeline : line.pipelines()) {
            pipeline.stages().forEach(stage -> collect(stage, hidden));
        }
        StringBuilder text = new StringBuilder(line.text());
        for (int i = hidden.size() - 1; i >= 0; i--) {
            text.replace(
                    hidden.get(i).start(), hidden.get(i).end(), hidden.get(i).text());
        }
        return text.toString();
    }

    private void collect(List<Word> words, List<Range> hidden) {
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
    private void watched(List<Word> words, List<Range> hidden) {
        for (int i = 0; i < words.size(); i++) {
            List<String> rest =
                    words.subList(i, words.size()).stream().map(Word::text).toList();
            if (vocabulary.match(rest).isPresent()) {
                collect(words.subList(i, words.size()), hidden);
                return;
            }
            String word = words.get(i).text();
            if (word.indexOf(' ') >= 0 && !mask(word).equals(word)) {
                hidden.add(new Range(words.get(i).start(), words.get(i).end(), Line.quote(mask(word))));
                return;
            }
        }
    }

    private static void hide(List<Word> words, Secrets known, List<Range> hidden) {
        for (int i = 0; i < words.size(); i++) {
            Word word = words.get(i);
            String text = word.text();
            int equals = text.indexOf('=');
            String name = equals > 0 ? text.substring(0, equals) : text;
            if (known.options().contains(name)) {
                if (equals > 0) {
                    hidden.add(new Range(word.start(), word.end(), name + "=" + STARS));
                } else if (++i < words.size()) {
                    hidden.add(new Range(words.get(i).start(), words.get(i).end(), STARS));
                }
            } else if (known.parameters() && !text.startsWith("-")) {
                hidden.add(new Range(word.start(), word.end(), STARS));
            }
        }
    }

    private static String byPattern(String text) {
        return VARIABLE.matcher(TOKEN.matcher(text).replaceAll("$1" + STARS)).replaceAll("$1" + STARS);
    }

    /**
     * What a command declares as secret.
     *
     * @param options their names
     * @param parameters whether words without a dash may be secret
     */
    record Secrets(Set<String> options, boolean parameters) {

        static Secrets of(CommandModel model) {
            Set<String> names = new HashSet<>();
            model.secretOptions().forEach(names::add);
            return new Secrets(names, model.hasSecretParameters());
        }
    }

    private record Range(int start, int end, String text) {}
}
