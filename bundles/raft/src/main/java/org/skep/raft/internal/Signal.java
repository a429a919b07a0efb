package org.skep.raft.internal;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;
import org.jgroups.Global;
import org.jgroups.Header;
import org.jgroups.protocols.raft.RaftHeader;
import org.jgroups.util.Bits;

/** What managers say to each other beyond the entries of the log. Public, as JGroups makes it by name. */
public final class Signal extends RaftHeader {

    static final short MAGIC = 7001;

    /** What is said. */
    enum Kind {
        /** Would you vote for me in this term? */
        ASK,
        /** I would, or not. */
        WOULD,
        /** Vote for me in this term. */
        VOTE,
        /** I have, or not. */
        VOTED,
        /** I cease to lead: stand for election at once. */
        STAND,
        /** I lead; do you follow? */
        PROBE,
        FOLLOWS,
        /** A part of a snapshot. */
        PART,
        /** The next part that is wanted. */
        WANTS
    }

    private Kind kind = Kind.ASK;
    private boolean yes;
    private long index;
    private long indexTerm;
    private long number;

    public Signal() {}

    Signal(Kind kind, long term) {
        super(term);
        this.kind = kind;
    }

    /** The answer, or for a vote whether the leader itself has asked for it, or for a part whether it is the last. */
    Signal yes(boolean value) {
        yes = value;
        return this;
    }

    /** An entry of the log. */
    Signal at(long newIndex, long newIndexTerm) {
        index = newIndex;
        indexTerm = newIndexTerm;
        return this;
    }

    /** The number of a probe, or where a part begins. */
    Signal number(long value) {
        number = value;
        return this;
    }

    Kind kind() {
        return kind;
    }

    boolean yes() {
        return yes;
    }

    long index() {
        return index;
    }

    long indexTerm() {
        return indexTerm;
    }

    long number() {
        return number;
    }

    @Override
    public short getMagicId() {
        return MAGIC;
    }

    @Override
    public Supplier<? extends Header> create() {
        return Signal::new;
    }

    @Override
    public int serializedSize() {
        return super.serializedSize()
                + 2 * Global.BYTE_SIZE
                + Bits.size(index)
                + Bits.size(indexTerm)
                + Bits.size(number);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        super.writeTo(out);
        out.writeByte(kind.ordinal());
        out.writeBoolean(yes);
        Bits.writeLongCompressed(index, out);
        Bits.writeLongCompressed(indexTerm, out);
        Bits.writeLongCompressed(number, out);
    }

    @Override
    public void readFrom(DataInput in) throws IOException, ClassNotFoundException {
        super.readFrom(in);
        kind = Kind.values()[in.readByte()];
        yes = in.readBoolean();
        index = Bits.readLongCompressed(in);
        indexTerm = Bits.readLongCompressed(in);
        number = Bits.readLongCompressed(in);
    }

    @Override
    public String toString() {
        return kind + " term=" + currTerm() + " yes=" + yes + " at=" + index + "/" + indexTerm + " number=" + number;
    }
}
