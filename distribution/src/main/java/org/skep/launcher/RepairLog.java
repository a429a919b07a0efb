package org.skep.launcher;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.skep.api.file.IoReasons;
import org.skep.raft.LogRepair;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code skepd repair-log}: for the day on which skepd says that its log is damaged. */
@Command(
        name = "repair-log",
        usageHelpAutoWidth = true,
        description = "Checks the log of a stopped node; with --apply, drops what is damaged and keeps a copy.")
final class RepairLog {

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit")
    private boolean help;

    @Option(names = "--apply", description = "Repair; without it, nothing is altered")
    private boolean apply;

    @Option(names = "--state-dir", paramLabel = "DIR", description = "The node's state directory (default: as skepd)")
    private String stateDir;

    boolean help() {
        return help;
    }

    /** The settings of a file, and on top of them what these flags say. */
    List<Setting> over(List<Setting> file) {
        List<Setting> settings = new ArrayList<>(file);
        if (stateDir != null) {
            settings.add(Setting.flag(Key.STATE_DIR, stateDir));
        }
        return settings;
    }

    int run(Path path, PrintStream out) {
        Path log = path.resolve("raft");
        if (!Files.isDirectory(log)) {
            throw StartException.failed("there is no log in " + path + ": this node is in no swarm", null);
        }
        try (StateDirectory state = StateDirectory.open(path)) {
            return LogRepair.run(state.path().resolve("raft"), apply, out);
        } catch (IOException e) {
            throw StartException.failed("cannot use the state directory " + path + ": " + IoReasons.of(e), e);
        }
    }
}
