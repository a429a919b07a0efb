package org.skep.shell.template;

/** A part of a template that writes. */
interface Node {

    void render(Scope scope, StringBuilder out);
}
