package org.skep.shell.commands.swarm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.skep.shell.commands.value.Values;
import picocli.CommandLine.ITypeConverter;

/**
 * Addresses that networks get theirs from.
 *
 * @param text in CIDR notation
 * @param prefix how many bits of the addresses are the same
 */
record AddressPool(String text, int prefix) {

    private static final String OCTET = "(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)";
    private static final Pattern FORM = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}/(\\d|[12]\\d|3[0-2])");

    static final class Converter implements ITypeConverter<AddressPool> {
        @Override
        public AddressPool convert(String text) {
            Matcher form = FORM.matcher(text);
            if (!form.matches()) {
                throw Values.bad(text, "an address pool", "use CIDR, such as 10.20.0.0/16");
            }
            return new AddressPool(text, Integer.parseInt(form.group(1)));
        }
    }
}
