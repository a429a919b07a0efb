package org.skep.raft.log;

import java.io.IOException;

/** A write failed, and what it left behind could not be removed: after a crash its entries may be found in the log. */
public final class WriteInDoubtException extends IOException {

    private static final long serialVersionUID = 1L;

    WriteInDoubtException(IOException failure) {
        super(failure.getMessage(), failure);
    }
}
