package org.skep.api.command;

import picocli.CommandLine.Option;

/** The flags that every listing has: mix it in with picocli's {@code @Mixin}. */
public final class ListOptions {

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "'table', 'table TEMPLATE', 'json', 'yaml', or a Go template")
    private String format = "";

    @Option(
            names = {"-q", "--quiet"},
            description = "Only display IDs")
    private boolean quiet;

    @Option(names = "--no-trunc", description = "Do not truncate output")
    private boolean noTrunc;

    /** Empty for the default table. */
    public String format() {
        return format;
    }

    public boolean quiet() {
        return quiet;
    }

    public boolean noTrunc() {
        return noTrunc;
    }
}
