package org.skep.pki.x509;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;
import org.bouncycastle.util.io.pem.PemWriter;

/** Certificates and keys as PEM text. */
public final class Pem {

    /** No text of ours comes near; what is longer is not read. */
    private static final int LONGEST = 256 * 1024;

    private static final int MOST_BLOCKS = 32;
    private static final String CERTIFICATE = "CERTIFICATE";
    private static final String PRIVATE_KEY = "PRIVATE KEY";

    private Pem() {}

    /** @throws CertificateException unless the text is one certificate or more, and nothing else */
    public static List<X509Certificate> certificates(byte[] pem) throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        List<PemObject> blocks;
        try {
            blocks = blocks(pem);
        } catch (IOException e) {
            throw new CertificateException(e.getMessage(), e);
        }
        for (PemObject block : blocks) {
            if (!block.getType().equals(CERTIFICATE)) {
                throw new CertificateException("a " + block.getType() + " where a certificate belongs");
            }
            certificates.add(certificate(block.getContent()));
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("no certificate in it");
        }
        return List.copyOf(certificates);
    }

    /** @param der of one certificate */
    public static X509Certificate certificate(byte[] der) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    /** One after the other. */
    public static byte[] of(List<X509Certificate> certificates) {
        return text(certificates.stream().map(Pem::block).toList());
    }

    /** As PKCS #8. */
    public static byte[] of(PrivateKey key) {
        return text(List.of(new PemObject(PRIVATE_KEY, key.getEncoded())));
    }

    /** As a block of {@link #blocks}. */
    public static PemObject block(X509Certificate certificate) {
        try {
            return new PemObject(CERTIFICATE, certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Reads a key as PKCS #8, or as OpenSSL writes it.
     *
     * @throws InvalidKeyException whose message tells nothing of the key
     */
    public static PrivateKey privateKey(byte[] pem) throws InvalidKeyException {
        try (PEMParser parser = new PEMParser(reader(pem))) {
            for (Object part = parser.readObject(); part != null; part = parser.readObject()) {
                if (part instanceof PrivateKeyInfo key) {
                    return new JcaPEMKeyConverter().getPrivateKey(key);
                }
                if (part instanceof PEMKeyPair pair) {
                    return new JcaPEMKeyConverter().getPrivateKey(pair.getPrivateKeyInfo());
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new InvalidKeyException("no private key in PEM form, without a passphrase");
        }
        throw new InvalidKeyException("no private key in PEM form, without a passphrase");
    }

    /** @throws IOException if it is not made of whole blocks */
    public static List<PemObject> blocks(byte[] pem) throws IOException {
        List<PemObject> blocks = new ArrayList<>();
        try (PemReader reader = new PemReader(reader(pem))) {
            for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
                if (blocks.size() == MOST_BLOCKS) {
                    throw new IOException("too many parts");
                }
                blocks.add(block);
            }
        } catch (IllegalStateException e) {
            throw new IOException("not in PEM form", e);
        }
        return blocks;
    }

    /** What {@link #blocks} reads. */
    public static byte[] text(List<PemObject> blocks) {
        StringWriter text = new StringWriter();
        try (PemWriter writer = new PemWriter(text)) {
            for (PemObject block : blocks) {
                writer.writeObject(block);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static StringReader reader(byte[] pem) throws IOException {
        if (pem.length > LONGEST) {
            throw new IOException("longer than " + LONGEST / 1024 + " KiB");
        }
        return new StringReader(new String(pem, StandardCharsets.ISO_8859_1));
    }
}
