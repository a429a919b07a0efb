package org.skep.shell.commands.value;

import picocli.CommandLine.ITypeConverter;

/** Moments for picocli. */
public final class SinceConverter implements ITypeConverter<Since> {

    @Override
    public Since convert(String text) {
        return Since.parse(text);
    }
}
