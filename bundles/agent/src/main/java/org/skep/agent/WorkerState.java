package org.skep.agent;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.skep.api.file.DirectoryTree;
import org.skep.api.node.SwarmMembership;
import org.skep.protocol.worker.WorkerTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker's memory across restarts: one small file per task under {@code worker/NODE_ID}. It is not synced: a crash
 * of the machine ends the tasks, too. A file that cannot be written costs the adoption of a task after the next restart
 * at worst, so the task goes on.
 */
final class WorkerState {

    private static final Logger LOG = LoggerFactory.getLogger(WorkerState.class);
    private static final String UNFINISHED = ".new";

    private final Path directory;

    /** Opens the memory of this membership and drops that of any earlier one. */
    WorkerState(Path stateDir, SwarmMembership membership) {
        Path root = stateDir.resolve("worker");
        directory = root.resolve(membership.nodeId());
        try {
            // Tasks carry passwords in their environment.
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
                for (Path entry : entries) {
                    if (!entry.equals(directory)) {
                        DirectoryTree.delete(entry);
                    }
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot keep the state of tasks in {}", directory, e);
        }
    }

    List<WorkerTask> load() {
        List<WorkerTask> tasks = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                if (!file.getFileName().toString().endsWith(UNFINISHED)) {
                    read(file, tasks);
                }
            }
        } catch (IOException e) {
            LOG.warn("cannot read the state of tasks from {}", directory, e);
        }
        return tasks;
    }

    void save(WorkerTask task) {
        Path file = file(task.getTask().getId());
        Path unfinished = file.resolveSibling(file.getFileName() + UNFINISHED);
        try {
            Files.write(unfinished, Credentials.without(task).toByteArray());
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("cannot write the state of a task to {}: {}", file, e.toString());
        }
    }

    void delete(String taskId) {
        try {
            Files.deleteIfExists(file(taskId));
        } catch (IOException e) {
            LOG.warn("cannot delete the state of a task in {}", file(taskId), e);
        }
    }

    /** Forgets everything: the node leaves its swarm. */
    void clear() {
        try {
            DirectoryTree.delete(directory);
        } catch (IOException e) {
            LOG.warn("cannot delete {}", directory, e);
        }
    }

    private Path file(String taskId) {
        return directory.resolve(taskId);
    }

    private static void read(Path file, List<WorkerTask> tasks) throws IOException {
        try {
            WorkerTask task = WorkerTask.parseFrom(Files.readAllBytes(file));
            if (task.getTask().getId().equals(file.getFileName().toString())) {
                tasks.add(task);
            } else {
                LOG.warn("{} is not the state of a task; it is ignored", file);
            }
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("{} is damaged; the task is taken on anew", file);
        } catch (NoSuchFileException e) {
            LOG.debug("{} is gone", file);
        }
    }
}
