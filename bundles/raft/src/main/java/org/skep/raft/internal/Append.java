package org.skep.raft.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jgroups.protocols.raft.AppendEntriesRequest;
import org.jgroups.protocols.raft.AppendEntriesResponse;
import org.jgroups.protocols.raft.AppendResult;
import org.jgroups.protocols.raft.RaftHeader;
import org.jgroups.util.Bits;
import org.jgroups.util.ByteArrayDataInputStream;
import org.jgroups.util.ByteArrayDataOutputStream;
import org.jgroups.util.Util;

/**
 * What a leader says along with entries, even if there are none. JGroups keeps the fields of its messages to itself, but
 * not what it writes.
 *
 * @param previousIndex of the entry before the first of these
 * @param commitIndex the leader's
 */
record Append(long term, long previousIndex, long previousTerm, long commitIndex) {

    static Append of(AppendEntriesRequest request) {
        try {
            ByteArrayDataInputStream in = written(request);
            long term = Bits.readLongCompressed(in);
            Util.readAddress(in);
            Bits.readLongCompressed(in);
            return new Append(
                    term, Bits.readLongCompressed(in), Bits.readLongCompressed(in), Bits.readLongCompressed(in));
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("not what JGroups writes: " + request, e);
        }
    }

    /** What a follower has answered. */
    static AppendResult result(AppendEntriesResponse response) {
        try {
            ByteArrayDataInputStream in = written(response);
            Bits.readLongCompressed(in);
            return Util.readStreamable(AppendResult::new, in);
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("not what JGroups writes: " + response, e);
        }
    }

    private static ByteArrayDataInputStream written(RaftHeader header) {
        ByteArrayDataOutputStream out = new ByteArrayDataOutputStream(header.serializedSize());
        try {
            header.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new ByteArrayDataInputStream(out.buffer(), 0, out.position());
    }
}
