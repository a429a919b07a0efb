package org.skep.launcher;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
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
        RepairLog repair = new RepairLog();
        CommandLine line = new CommandLine(flags).addSubcommand(repair);
        boolean repairs = line.parseArgs(args).hasSubcommand();
        if (flags.help() || repair.help()) {
            (repairs ? line.getSubcommands().get("repair-log") : line).usage(out);
            return 0;
        }
        String version = version();
        if (flags.version()) {
            out.println("skepd " + version);
            return 0;
        }
        Path home =
                Path.of(System.getProperty("skep.home", ".")).toAbsolutePath().normalize();
        List<Setting> file = ConfigFile.read(home.resolve("etc/skep.conf"));
        if (repairs) {
            return repair.run(
                    Configuration.of(version, repair.over(flags.over(file))).stateDir(), out);
        }
        NodeConfig config = Configuration.of(version, flags.over(file));
        return new NodeDaemon(config, Distribution.at(home), out, err).run();
    }

    private static String version() {
        String version = Skepd.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }
}
