package org.skep.template;

/** A part of a template that writes. */
interface Node {

    void render(Scope scope, StringBuilder out);
}
