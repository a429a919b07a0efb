package org.skep.shell.keys;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import org.apache.sshd.common.NamedResource;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.skep.api.file.DurableFile;

/** Ed25519 key pairs as files in OpenSSH's own form: {@code NAME}, for the owner alone, and {@code NAME.pub}. */
public final class KeyFiles {

    private KeyFiles() {}

    /** The pair in a file, which is made if it does not exist. */
    public static KeyPair loadOrCreate(Path file, String comment) throws IOException, GeneralSecurityException {
        JdkEd25519.install();
        if (Files.exists(file)) {
            return load(file);
        }
        KeyPair pair = KeyPairGenerator.getInstance(SecurityUtils.ED25519).generateKeyPair();
        ByteArrayOutputStream privateKey = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, comment, null, privateKey);
        String publicKey = PublicKeyEntry.toString(pair.getPublic()) + " " + comment + "\n";
        DurableFile.write(Path.of(file + ".pub"), publicKey.getBytes(StandardCharsets.UTF_8));
        DurableFile.write(file, privateKey.toByteArray());
        return pair;
    }

    public static KeyPair load(Path file) throws IOException, GeneralSecurityException {
        JdkEd25519.install();
        try (InputStream in = Files.newInputStream(file)) {
            Iterable<KeyPair> pairs =
                    SecurityUtils.loadKeyPairIdentities(null, NamedResource.ofName(file.toString()), in, null);
            if (pairs == null || !pairs.iterator().hasNext()) {
                throw new IOException(file + " holds no key");
            }
            return pairs.iterator().next();
        }
    }
}
