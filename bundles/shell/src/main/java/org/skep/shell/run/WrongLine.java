package org.skep.shell.run;

import org.skep.api.SkepException;

/** The line was wrong, as opposed to the operation. */
final class WrongLine extends RuntimeException {

    private final String code;

    WrongLine(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    String code() {
        return code;
    }

    static WrongLine of(SkepException e) {
        return new WrongLine(e.code(), e.line());
    }
}
