package org.skep.shell.commands.service;

import org.skep.shell.commands.value.Values;
import picocli.CommandLine.ITypeConverter;

/** Numbers of revisions, from 1 on. */
final class RevisionNumber implements ITypeConverter<Long> {

    @Override
    public Long convert(String text) {
        if (!text.matches("[1-9]\\d{0,17}")) {
            throw Values.bad(text, "a revision", "use a number that \"service history\" lists");
        }
        return Long.parseLong(text);
    }
}
