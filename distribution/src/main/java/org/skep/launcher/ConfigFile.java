package org.skep.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.skep.api.file.IoReasons;

/** Reads {@code key = value} lines; {@code #} starts a comment line. */
final class ConfigFile {

    private ConfigFile() {}

    /** The settings of a file, none if there is no such file. */
    static List<Setting> read(Path file) {
        if (Files.notExists(file)) {
            return List.of();
        }
        try {
            return parse(file.toString(), Files.readAllLines(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw StartException.failed("cannot read " + file + ": " + IoReasons.of(e), e);
        }
    }

    static List<Setting> parse(String file, List<String> lines) {
        List<Setting> settings = new ArrayList<>();
        Set<Key> seen = EnumSet.noneOf(Key.class);
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            String place = file + ":" + (i + 1) + ": ";
            try {
                Setting setting = parse(place, line);
                if (!seen.add(setting.key()) && !setting.key().repeatable()) {
                    throw StartException.usage("key '" + setting.key().text() + "' is set twice");
                }
                settings.add(setting);
            } catch (StartException e) {
                throw StartException.usage(place + e.getMessage());
            }
        }
        return settings;
    }

    private static Setting parse(String place, String line) {
        int equals = line.indexOf('=');
        if (equals < 0) {
            throw StartException.usage("'" + line + "' is not of the form key = value");
        }
        Key key = Key.of(line.substring(0, equals).strip());
        return new Setting(key, line.substring(equals + 1).strip(), place + key.text());
    }
}
