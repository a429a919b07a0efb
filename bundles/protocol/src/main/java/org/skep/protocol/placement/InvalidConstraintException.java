package org.skep.protocol.placement;

/** A constraint that does not follow the grammar. The message is one line that names it and says what is right. */
public final class InvalidConstraintException extends IllegalArgumentException {

    InvalidConstraintException(String expression, String reason) {
        super("invalid constraint '" + expression + "': " + reason);
    }
}
