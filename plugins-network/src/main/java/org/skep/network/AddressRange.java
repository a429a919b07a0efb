package org.skep.network;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses with common first bits, as CIDR notation has them. */
record AddressRange(byte[] first, int bits) {

    /** Only literal addresses: a name would be looked up. */
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|[0-9a-fA-F]*:[0-9a-fA-F:.]*");

    private static final Pattern RANGE = Pattern.compile("([^/]+)/([0-9]{1,3})");

    static Optional<AddressRange> parse(String cidr) {
        Matcher parts = RANGE.matcher(cidr);
        if (!parts.matches()) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(parts.group(2));
        return address(parts.group(1))
                .filter(first -> bits <= first.length * 8)
                .map(first -> new AddressRange(first, bits));
    }

    static Optional<byte[]> address(String text) {
        if (!ADDRESS.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(text).getAddress());
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    boolean isV6() {
        return first.length == 16;
    }

    boolean contains(byte[] address) {
        if (address.length != first.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> bit % 8;
            if ((first[bit / 8] & mask) != (address[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }

    boolean contains(AddressRange other) {
        return other.bits >= bits && contains(other.first);
    }

    boolean overlaps(AddressRange other) {
        return contains(other) || other.contains(this);
    }
}
