package org.skep.api.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryTreeTest {

    @TempDir
    Path directory;

    @Test
    void deletesLinksAndNotWhatTheyLeadTo() throws IOException {
        Path precious = Files.createDirectories(directory.resolve("precious"));
        Files.writeString(precious.resolve("data"), "kept");
        Path tree = directory.resolve("tree");
        Files.writeString(Files.createDirectories(tree.resolve("a/b")).resolve("file"), "gone");
        Files.createSymbolicLink(tree.resolve("a/link"), precious);
        Files.createSymbolicLink(tree.resolve("dangling"), directory.resolve("nowhere"));

        DirectoryTree.delete(tree);

        assertThat(tree).doesNotExist();
        assertThat(precious.resolve("data")).hasContent("kept");
    }

    @Test
    void whatIsNotThereIsDeleted() {
        assertThatCode(() -> DirectoryTree.delete(directory.resolve("nothing"))).doesNotThrowAnyException();
    }
}
