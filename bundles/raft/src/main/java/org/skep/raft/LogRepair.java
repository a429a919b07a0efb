package org.skep.raft;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.skep.api.file.IoReasons;
import org.skep.raft.log.LogTool;

/**
 * The tool for a log that is damaged: {@code skepd repair-log}. It needs nothing but this bundle's jar on the class path,
 * and the daemon stopped.
 */
public final class LogRepair {

    /** In the record of the node: its own, and one for each manager that it knows. */
    private static final Pattern NODE_ID = Pattern.compile("\"nodeId\"\\s*:\\s*\"([^\"]*)\"");

    private LogRepair() {}

    /**
     * Checks a log and, if told so, repairs it: copies it aside, then drops everything from the first damaged entry on. One
     * of several managers has no vote until the others have sent that again.
     *
     * @param raftDir the log's directory, {@code raft} in the state directory
     * @param apply whether to repair; without, nothing is altered
     * @param out hears what was found and done, in lines for the operator
     * @return the exit status: 0 if the log is sound now, 1 if not
     */
    public static int run(Path raftDir, boolean apply, PrintStream out) {
        try {
            boolean alone = isAlone(raftDir);
            LogTool tool = new LogTool(raftDir, alone, out, Clock.systemUTC());
            if (tool.check()) {
                return 0;
            }
            if (apply) {
                return tool.repair() ? 0 : 1;
            }
            out.println("nothing was changed; with --apply everything from there on is dropped, and a copy kept"
                    + (alone ? "" : "; the other managers send it again"));
            return 1;
        } catch (IOException e) {
            out.println("cannot read or write the log in " + raftDir + ": " + IoReasons.of(e));
            return 1;
        }
    }

    /** Whether the node knows no manager but itself. */
    private static boolean isAlone(Path raftDir) throws IOException {
        Path node = raftDir.resolveSibling("node.json");
        if (!Files.exists(node)) {
            return true;
        }
        Set<String> nodeIds = NODE_ID.matcher(Files.readString(node))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        return nodeIds.size() <= 1;
    }

    /** {@code [--apply] RAFT-DIR} */
    public static void main(String[] args) {
        boolean apply = args.length == 2 && args[0].equals("--apply");
        if (args.length != 1 && !apply) {
            System.err.println("usage: [--apply] RAFT-DIR");
            System.exit(2);
        }
        System.exit(run(Path.of(args[args.length - 1]), apply, System.out));
    }
}
