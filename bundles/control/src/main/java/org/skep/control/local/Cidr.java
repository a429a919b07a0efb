package org.skep.control.local;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A range of addresses.
 *
 * @param address the lowest
 * @param bits of an address of this family, 32 or 128
 * @param prefix how many of them are common to the range
 */
record Cidr(BigInteger address, int bits, int prefix) {

    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(?:\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final Pattern PREFIX = Pattern.compile("\\d{1,3}");

    /** A range in CIDR notation; its address may have bits behind the prefix, see {@link #network}. */
    static Optional<Cidr> parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !PREFIX.matcher(text.substring(slash + 1)).matches()) {
            return Optional.empty();
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return parseAddress(text.substring(0, slash))
                .filter(host -> prefix <= host.bits)
                .map(host -> new Cidr(host.address, host.bits, prefix));
    }

    /** A single address. Never asks a name server. */
    static Optional<Cidr> parseAddress(String text) {
        if (!IPV4.matcher(text).matches() && !IPV6.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            byte[] bytes = InetAddress.getByName(text).getAddress();
            return Optional.of(new Cidr(new BigInteger(1, bytes), bytes.length * 8, bytes.length * 8));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }

    /** This range beginning at its lowest address. */
    Cidr network() {
        int host = bits - prefix;
        return new Cidr(address.shiftRight(host).shiftLeft(host), bits, prefix);
    }

    boolean contains(Cidr other) {
        return bits == other.bits
                && other.prefix >= prefix
                && network().address.equals(new Cidr(other.address, bits, prefix).network().address);
    }

    boolean overlaps(Cidr other) {
        return contains(other) || other.contains(this);
    }

    @Override
    public String toString() {
        byte[] raw = address.toByteArray();
        byte[] bytes = new byte[bits / 8];
        int length = Math.min(raw.length, bytes.length);
        System.arraycopy(raw, raw.length - length, bytes, bytes.length - length, length);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/" + prefix;
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
