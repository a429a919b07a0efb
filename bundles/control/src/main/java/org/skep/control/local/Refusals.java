package org.skep.control.local;

import org.skep.api.SkepException;

/** Refusals that every kind of object has in common. */
final class Refusals {

    private Refusals() {}

    static SkepException notFound(String noun, String reference) {
        return SkepException.state("NOT_FOUND", "no such " + noun + ": " + Shown.of(reference), "");
    }

    static SkepException nameConflict(String noun, String name) {
        return SkepException.state(
                "NAME_CONFLICT", noun + " " + name + ": name conflicts with an existing object", "choose another name");
    }

    static SkepException outOfSequence(String noun, String name) {
        return SkepException.state(
                "OUT_OF_SEQUENCE",
                noun + " " + name + ": update out of sequence",
                "it was changed meanwhile: look at it and try again");
    }

    static SkepException notSupported(String what, String hint) {
        return SkepException.user("NOT_SUPPORTED", what + " is not supported yet", hint);
    }
}
