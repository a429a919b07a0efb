package org.skep.pki.x509;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.Signature;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.operator.DefaultSignatureNameFinder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A request for a certificate, as PEM. Of what it says only the key counts: the manager knows the rest better. */
public final class CertificateRequest {

    private static final String TYPE = "CERTIFICATE REQUEST";
    private static final int LONGEST = 16 * 1024;

    private CertificateRequest() {}

    public static byte[] of(KeyPair keys) {
        try {
            PKCS10CertificationRequest request = new JcaPKCS10CertificationRequestBuilder(
                            new X500Name("CN=swarm-node"), keys.getPublic())
                    .build(new JcaContentSignerBuilder(KeyRules.signatureAlgorithm(keys.getPublic()))
                            .build(keys.getPrivate()));
            return Pem.text(List.of(new PemObject(TYPE, request.getEncoded())));
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The key to certify.
     *
     * @throws GeneralSecurityException with the reason, if the request cannot be read, its key is not one we certify, or
     *     whoever made it does not have the private key
     */
    public static PublicKey publicKey(byte[] pem) throws GeneralSecurityException {
        if (pem.length > LONGEST) {
            throw new GeneralSecurityException("it is longer than " + LONGEST / 1024 + " KiB");
        }
        try {
            List<PemObject> blocks = Pem.blocks(pem);
            if (blocks.size() != 1 || !blocks.get(0).getType().endsWith(TYPE)) {
                throw new GeneralSecurityException("it is not one CERTIFICATE REQUEST in PEM form");
            }
            JcaPKCS10CertificationRequest request =
                    new JcaPKCS10CertificationRequest(blocks.get(0).getContent());
            PublicKey key = request.getPublicKey();
            KeyRules.check(key);
            if (!isSignedBy(key, request)) {
                throw new GeneralSecurityException("its signature is not made with its key");
            }
            return key;
        } catch (IOException | RuntimeException e) {
            // The parsers throw what they like at what is not a request.
            throw new GeneralSecurityException("it is not a request for a certificate", e);
        }
    }

    /** The request's own way to tell verifies twice. */
    private static boolean isSignedBy(PublicKey key, PKCS10CertificationRequest request)
            throws GeneralSecurityException, IOException {
        Signature signature = Signature.getInstance(
                new DefaultSignatureNameFinder().getAlgorithmName(request.getSignatureAlgorithm()));
        signature.initVerify(key);
        signature.update(request.toASN1Structure().getCertificationRequestInfo().getEncoded(ASN1Encoding.DER));
        return signature.verify(request.getSignature());
    }
}
