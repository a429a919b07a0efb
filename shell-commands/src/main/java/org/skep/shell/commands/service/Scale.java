package org.skep.shell.commands.service;

import org.skep.shell.commands.value.Counts;
import org.skep.shell.commands.value.Values;
import picocli.CommandLine.ITypeConverter;

/** {@code SERVICE=REPLICAS}. */
record Scale(String service, long replicas) {

    static final class Converter implements ITypeConverter<Scale> {

        @Override
        public Scale convert(String text) {
            int equals = text.lastIndexOf('=');
            if (equals <= 0) {
                throw Values.bad(text, "a scale", "use SERVICE=REPLICAS, such as web=3");
            }
            return new Scale(text.substring(0, equals), Counts.replicas(text.substring(equals + 1)));
        }
    }
}
