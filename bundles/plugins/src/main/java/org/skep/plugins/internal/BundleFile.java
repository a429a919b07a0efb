package org.skep.plugins.internal;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.osgi.framework.Constants;
import org.osgi.framework.Version;
import org.skep.api.SkepException;

/** A jar that says of itself that it is a bundle. */
record BundleFile(String file, String name, Version version, byte[] jar) {

    /** @throws SkepException if it is not a bundle, saying why not */
    static BundleFile of(String file, byte[] jar) {
        if (jar.length == 0) {
            throw notABundle(file, "it is empty");
        }
        if (jar.length < 4 || jar[0] != 'P' || jar[1] != 'K') {
            throw notABundle(file, "it is not a jar file");
        }
        Attributes manifest = manifest(file, jar).getMainAttributes();
        String name = manifest.getValue(Constants.BUNDLE_SYMBOLICNAME);
        if (name == null || name.replaceFirst(";.*", "").isBlank()) {
            throw notABundle(file, "its manifest has no " + Constants.BUNDLE_SYMBOLICNAME);
        }
        String version = manifest.getValue(Constants.BUNDLE_VERSION);
        try {
            return new BundleFile(file, name.replaceFirst(";.*", "").strip(), Version.parseVersion(version), jar);
        } catch (IllegalArgumentException e) {
            throw notABundle(file, "its " + Constants.BUNDLE_VERSION + " '" + version + "' is no version");
        }
    }

    private static Manifest manifest(String file, byte[] jar) {
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
            Manifest manifest = null;
            // to the end, so that a jar that was cut off is found here
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equalsIgnoreCase(JarFile.MANIFEST_NAME)) {
                    manifest = new Manifest(new ByteArrayInputStream(zip.readAllBytes()));
                }
            }
            if (manifest == null) {
                throw notABundle(file, "it has no " + JarFile.MANIFEST_NAME);
            }
            return manifest;
        } catch (IOException e) {
            throw notABundle(file, "it is a damaged jar file");
        }
    }

    InputStream stream() {
        return new ByteArrayInputStream(jar);
    }

    @Override
    public String toString() {
        return name + " " + version;
    }

    private static SkepException notABundle(String file, String why) {
        return SkepException.user("BUNDLE_INVALID", file + " is not a bundle: " + why, "");
    }
}
