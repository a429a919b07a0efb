package org.skep.shell.commands.service;

import picocli.CommandLine.Option;

/** How commands that change services wait: mix it in. */
public final class Waiting {

    @Option(
            names = {"-d", "--detach"},
            arity = "0..1",
            fallbackValue = "true",
            hideParamSyntax = true,
            paramLabel = "BOOL",
            description = "Exit immediately instead of waiting for the service to converge")
    private boolean detach;

    boolean detach() {
        return detach;
    }
}
