package org.skep.raft.net;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.Supplier;
import org.jgroups.Global;
import org.jgroups.Header;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.Bits;
import org.jgroups.util.Util;

/** A sign of life. Public, as JGroups makes it by name. */
public final class Beat extends Header {

    static final short MAGIC = 7000;

    private IpAddress self;
    private IpAddress dialled;
    private boolean answer;
    private String generation = "";
    private long term;
    private boolean leads;

    public Beat() {}

    private Beat(IpAddress self, IpAddress dialled, boolean answer, Pulse pulse) {
        this.self = self;
        this.dialled = dialled;
        this.answer = answer;
        this.generation = pulse.generation();
        this.term = pulse.term();
        this.leads = pulse.leads();
    }

    /** @param self where the sender says it is */
    static Beat of(IpAddress self, Pulse pulse) {
        return new Beat(self, null, false, pulse);
    }

    /** The first one, to an address of which it is not known yet who is there. */
    static Beat hello(IpAddress self, IpAddress dialled, Pulse pulse) {
        return new Beat(self, dialled, false, pulse);
    }

    /** @param dialled as the other side has dialled this one */
    static Beat answer(IpAddress self, IpAddress dialled, Pulse pulse) {
        return new Beat(self, dialled, true, pulse);
    }

    IpAddress self() {
        return self;
    }

    /** The address that was dialled; null if this is neither a hello nor an answer to one. */
    IpAddress dialled() {
        return dialled;
    }

    boolean isAnswer() {
        return answer;
    }

    Pulse pulse() {
        return new Pulse(generation, term, leads);
    }

    @Override
    public short getMagicId() {
        return MAGIC;
    }

    @Override
    public Supplier<? extends Header> create() {
        return Beat::new;
    }

    @Override
    public int serializedSize() {
        return Util.size(self) + Util.size(dialled) + 2 * Global.BYTE_SIZE + Util.size(generation) + Bits.size(term);
    }

    @Override
    public void writeTo(DataOutput out) throws IOException {
        Util.writeAddress(self, out);
        Util.writeAddress(dialled, out);
        out.writeBoolean(answer);
        Bits.writeString(generation, out);
        Bits.writeLongCompressed(term, out);
        out.writeBoolean(leads);
    }

    @Override
    public void readFrom(DataInput in) throws IOException, ClassNotFoundException {
        self = (IpAddress) Util.readAddress(in);
        dialled = (IpAddress) Util.readAddress(in);
        answer = in.readBoolean();
        generation = Bits.readString(in);
        term = Bits.readLongCompressed(in);
        leads = in.readBoolean();
    }
}
