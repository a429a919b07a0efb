package org.skep.store.internal;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.skep.store.Kind;
import org.skep.store.Store.Fingerprint;

/** Digests of states that do not depend on the way in which a state came about. */
final class Fingerprints {

    private Fingerprints() {}

    static Fingerprint of(State state) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            CodedOutputStream out =
                    CodedOutputStream.newInstance(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            out.useDeterministicSerialization();
            out.writeMessageNoTag(Snapshots.header(state));
            for (Kind kind : Kind.values()) {
                for (Message object : sorted(state, kind)) {
                    out.writeMessageNoTag(object);
                }
            }
            out.flush();
            return new Fingerprint(state.index(), HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Message> sorted(State state, Kind kind) {
        return state.tables().of(kind).all().stream()
                .map(Message.class::cast)
                .sorted(Comparator.comparing(Models.of(kind)::idOf))
                .collect(Collectors.toList());
    }
}
