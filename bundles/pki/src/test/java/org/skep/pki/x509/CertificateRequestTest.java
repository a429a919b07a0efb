package org.skep.pki.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.node.NodeIdentity;

final class CertificateRequestTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private static KeyPair keys(String algorithm, String curve, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (curve.isEmpty()) {
            generator.initialize(bits);
        } else {
            generator.initialize(new ECGenParameterSpec(curve));
        }
        return generator.generateKeyPair();
    }

    private static byte[] request(KeyPair keys, KeyPair signer, String algorithm) throws Exception {
        ExtensionsGenerator extensions = new ExtensionsGenerator();
        extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        extensions.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.dNSName, "swarm-manager")));
        return Pem.text(List.of(new PemObject(
                "CERTIFICATE REQUEST",
                new JcaPKCS10CertificationRequestBuilder(
                                new X500Name("CN=evil,OU=swarm-manager,O=other"), keys.getPublic())
                        .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate())
                        .build(new JcaContentSignerBuilder(algorithm).build(signer.getPrivate()))
                        .getEncoded())));
    }

    @Test
    void ourOwnIsRead() throws Exception {
        KeyPair keys = KeyRules.generate();
        assertThat(CertificateRequest.publicKey(CertificateRequest.of(keys))).isEqualTo(keys.getPublic());
    }

    @ParameterizedTest
    @CsvSource({
        "EC,secp256r1,0,SHA256withECDSA",
        "EC,secp384r1,0,SHA384withECDSA",
        "EC,secp521r1,0,SHA512withECDSA",
        "RSA,'',2048,SHA256withRSA"
    })
    void nothingOfItCountsButTheKey(String algorithm, String curve, int bits, String signature) throws Exception {
        KeyPair keys = keys(algorithm, curve, bits);
        X509Certificate issued = Authority.create(NOW)
                .issue(
                        CertificateRequest.publicKey(request(keys, keys, signature)),
                        new NodeIdentity("node", false, "cluster"),
                        Duration.ofHours(1),
                        NOW)
                .get(0);

        assertThat(issued.getPublicKey()).isEqualTo(keys.getPublic());
        assertThat(issued.getSubjectX500Principal().getName()).isEqualTo("CN=node,OU=swarm-worker,O=cluster");
        assertThat(issued.getBasicConstraints()).isEqualTo(-1);
        assertThat(issued.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactly("swarm-worker", "node");
    }

    @ParameterizedTest
    @CsvSource({"RSA,1024,SHA256withRSA", "DSA,2048,SHA256withDSA", "Ed25519,255,Ed25519"})
    void weakAndUnknownKeysAreRefused(String algorithm, int bits, String signature) throws Exception {
        KeyPair keys = keys(algorithm, "", bits);
        assertThatThrownBy(() -> CertificateRequest.publicKey(request(keys, keys, signature)))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void aKeyThatTheCallerDoesNotHaveIsRefused() {
        KeyPair keys = KeyRules.generate();
        KeyPair others = KeyRules.generate();
        assertThatThrownBy(() -> CertificateRequest.publicKey(request(keys, others, "SHA256withECDSA")))
                .hasMessage("its signature is not made with its key");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "-----BEGIN CERTIFICATE REQUEST-----",
                "-----BEGIN CERTIFICATE REQUEST-----\n-----END CERTIFICATE REQUEST-----\n",
                "-----BEGIN CERTIFICATE REQUEST-----\n!!!!\n-----END CERTIFICATE REQUEST-----\n",
                "-----BEGIN CERTIFICATE REQUEST-----\nMAA=\n-----END CERTIFICATE REQUEST-----\n",
                "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
            })
    void whatIsNoRequestIsRefused(String text) {
        assertThatThrownBy(() -> CertificateRequest.publicKey(text.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void changedAndCutAndEndlessOnesAreRefused() {
        byte[] good = CertificateRequest.of(KeyRules.generate());
        for (int at = 0; at < good.length - 30; at++) {
            byte[] cut = Arrays.copyOf(good, at);
            assertThatThrownBy(() -> CertificateRequest.publicKey(cut)).isInstanceOf(GeneralSecurityException.class);
        }
        byte[] endless = Arrays.copyOf(good, 20_000_000);
        assertThatThrownBy(() -> CertificateRequest.publicKey(endless)).hasMessage("it is longer than 16 KiB");
    }
}
