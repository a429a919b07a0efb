package org.skep.api.file;

import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/**
 * Says what the operating system said. The messages of Java's own exceptions are often no more than the file's name, and
 * leave the rest to the name of their class.
 */
public final class IoReasons {

    private IoReasons() {}

    /** A few words for the end of a line such as {@code cannot write FILE: permission denied}. */
    public static String of(Exception e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file or directory";
        }
        if (e instanceof NotDirectoryException) {
            return "not a directory";
        }
        if (e instanceof DirectoryNotEmptyException) {
            return "the directory is not empty";
        }
        if (e instanceof FileAlreadyExistsException exists) {
            boolean directory = exists.getFile() != null && Files.isDirectory(Path.of(exists.getFile()));
            return directory ? "it exists already" : "not a directory";
        }
        if (e instanceof CharacterCodingException) {
            return "not UTF-8 text";
        }
        if (e instanceof FileSystemException known && known.getReason() != null) {
            return known.getReason();
        }
        return e.getMessage() == null ? "input or output failed" : e.getMessage();
    }
}
