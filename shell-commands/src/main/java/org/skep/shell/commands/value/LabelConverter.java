package org.skep.shell.commands.value;

import picocli.CommandLine.ITypeConverter;

/** Labels for picocli. */
public final class LabelConverter implements ITypeConverter<KeyValue> {

    @Override
    public KeyValue convert(String text) {
        return KeyValue.parse(text);
    }
}
