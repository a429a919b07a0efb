package org.example.scratch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.node.NodeConfig;

/** The scratch directories on this node, {@code scratch/VOLUME/TASK} in the state directory. */
@Component(service = ScratchSpace.class)
public final class ScratchSpace {

    private final Path root;

    @Activate
    public ScratchSpace(@Reference NodeConfig node) {
        root = node.stateDir().resolve("scratch");
    }

    Path create(String volume, String task) {
        try {
            return Files.createDirectories(root.resolve(volume).resolve(task));
        } catch (IOException e) {
            throw failed("make", volume, e);
        }
    }

    void delete(String volume, String task) {
        delete(root.resolve(volume).resolve(task));
    }

    void delete(String volume) {
        delete(root.resolve(volume));
    }

    List<String> volumes() {
        return children(root);
    }

    List<String> tasks(String volume) {
        return children(root.resolve(volume));
    }

    private List<String> children(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw failed("list", directory.toString(), e);
        }
    }

    private void delete(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> tree = Files.walk(directory)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw failed("delete", directory.toString(), e);
        }
    }

    private static SkepException failed(String what, String name, IOException e) {
        return SkepException.resource(
                "SCRATCH_FAILED", "cannot " + what + " the scratch space " + name + ": " + e.getMessage(), "", e);
    }
}
