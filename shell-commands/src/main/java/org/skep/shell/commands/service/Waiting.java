package org.skep.shell.commands.service;

import picocli.CommandLine.Option;

/** How commands that change services wait: mix it in. */
public final class Waiting {

    @Option(
            names = {"-d", "--detach"},
            description = "Exit immediately instead of waiting for the service to converge")
    private boolean detach;

    boolean detach() {
        return detach;
    }
}
