package org.skep.node;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The node's record, in memory as on disk. Safe for use from any thread. */
final class NodeState {

    private static final Logger LOG = LoggerFactory.getLogger(NodeState.class);

    private final StateFiles files;
    private volatile NodeRecord record;
    private volatile String damage = "";
    private volatile String hint = "";

    NodeState(StateFiles files) {
        this.files = files;
        try {
            record = files.read().orElse(null);
        } catch (IOException e) {
            damaged(e);
        }
    }

    /** Empty while the node is in no swarm, nor on its way in or out. */
    Optional<NodeRecord> record() {
        return Optional.ofNullable(record);
    }

    /** The record of a node that is fully in a swarm. */
    Optional<NodeRecord> member() {
        return record().filter(known -> known.is(NodeRecord.Phase.MEMBER));
    }

    /** Why the state on disk cannot be used; empty if it can. */
    String damage() {
        return damage;
    }

    /** What the operator does about the damage; empty if there is none. */
    String remedy() {
        return damage.isEmpty() ? "" : hint;
    }

    void damaged(IOException e) {
        LOG.error("The state directory cannot be used", e);
        Path file = e instanceof FileSystemException known && known.getFile() != null
                ? Path.of(known.getFile())
                : files.recordFile();
        hint = "repair or move away the file, and restart the daemon";
        damage = "cannot use " + file + ": " + IoReasons.of(e);
    }

    void damaged(SkepException e) {
        LOG.error("The state of this node cannot be used: {}", e.line());
        hint =
                "restore what is damaged and restart the daemon, or make this node forget the swarm with \"swarm leave --force\"";
        damage = e.line();
    }

    /** @throws SkepException {@code STATE_DAMAGED} */
    void checkSound() {
        if (!damage.isEmpty()) {
            throw SkepException.resource("STATE_DAMAGED", damage, hint, null);
        }
    }

    /** @throws SkepException {@code STATE_LEFTOVER} if there is a swarm's state without a record */
    void checkNothingLeft() {
        files.leftover().ifPresent(path -> {
            throw SkepException.state(
                    "STATE_LEFTOVER",
                    path + " belongs to a swarm, but " + files.recordFile() + " that says which one is missing",
                    "restore that file, or move " + path.getFileName() + " away");
        });
    }

    /** @throws SkepException {@code STATE_UNWRITABLE}; nothing has changed then */
    synchronized void write(NodeRecord next) {
        try {
            files.write(next);
            record = next;
        } catch (IOException e) {
            throw SkepException.resource(
                    "STATE_UNWRITABLE",
                    "cannot write " + files.recordFile() + ": " + IoReasons.of(e),
                    "make room on the disk, or see who may write there",
                    e);
        }
    }

    /** Changes what a member knows; a disk that refuses is logged, and the change holds until the daemon ends. */
    synchronized void note(UnaryOperator<NodeRecord> change) {
        member().ifPresent(known -> {
            NodeRecord next = change.apply(known);
            if (next.equals(known)) {
                return;
            }
            try {
                write(next);
            } catch (SkepException e) {
                LOG.warn("{}", e.line());
                record = next;
            }
        });
    }

    synchronized void leaving() throws IOException {
        files.markLeaving();
        record = record.in(NodeRecord.Phase.LEAVING);
    }

    /** Forgets what the node had as a manager. */
    void wipeManager() throws IOException {
        files.wipeManager();
    }

    /** Forgets the swarm. */
    synchronized void wipe() throws IOException {
        files.wipe();
        record = null;
        damage = "";
    }
}
