package org.skep.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import org.skep.api.node.NodeConfig;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/** {@code skepd}: the node's daemon. */
public final class Skepd {

    private Skepd() {}

    public static void main(String[] args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        int status;
        try {
            status = run(args, out, err);
        } catch (StartException e) {
            err.println("skepd: " + e.getMessage());
            status = e.exitStatus();
        } catch (ParameterException e) {
            err.println("skepd: " + e.getMessage().lines().findFirst().orElse("") + " (see 'skepd --help')");
            status = 2;
        }
        System.exit(status);
    }

    private static int run(String[] args, PrintStream out, PrintStream err) {
        Flags flags = new Flags();
        CommandLine line = new CommandLine(flags);
        line.parseArgs(args);
        String version = version();
        if (flags.help()) {
            line.usage(out);
            return 0;
        }
        if (flags.version()) {
            out.println("skepd " + version);
            return 0;
        }
        Path home =
                Path.of(System.getProperty("skep.home", ".")).toAbsolutePath().normalize();
        NodeConfig config = Configuration.of(version, flags.over(ConfigFile.read(home.resolve("etc/skep.conf"))));
        return new NodeDaemon(config, Distribution.at(home), out, err).run();
    }

    private static String version() {
        String version = Skepd.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
