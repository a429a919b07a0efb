package org.skep.plugins.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** Makes bundles that are nothing but a manifest. */
final class TestJar {

    private final Manifest manifest = new Manifest();

    private TestJar() {}

    static TestJar of(String name, String version) {
        TestJar jar = new TestJar();
        jar.manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        return jar.with("Bundle-ManifestVersion", "2")
                .with("Bundle-SymbolicName", name)
                .with("Bundle-Version", version);
    }

    TestJar with(String header, String value) {
        manifest.getMainAttributes().putValue(header, value);
        return this;
    }

    TestJar exporting(String packages) {
        return with("Export-Package", packages);
    }

    TestJar importing(String packages) {
        return with("Import-Package", packages);
    }

    byte[] bytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
            jar.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
