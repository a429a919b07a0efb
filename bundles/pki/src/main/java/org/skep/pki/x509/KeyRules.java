package org.skep.pki.x509;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;

/** Which keys certificates are made of. */
public final class KeyRules {

    private static final int SHORTEST_RSA = 2048;
    private static final int LONGEST_RSA = 8192;
    private static final byte[] PROBE = {'s', 'k', 'e', 'p'};

    private KeyRules() {}

    /** A fresh pair on P-256. */
    public static KeyPair generate() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** @throws InvalidKeyException for keys other than RSA from 2048 bits on, and P-256, P-384 and P-521 */
    public static void check(PublicKey key) throws InvalidKeyException {
        signatureAlgorithm(key);
    }

    /** How a key of this kind signs. */
    static String signatureAlgorithm(PublicKey key) throws InvalidKeyException {
        if (key instanceof RSAKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < SHORTEST_RSA || bits > LONGEST_RSA) {
                throw new InvalidKeyException("an RSA key of " + bits + " bits");
            }
            return "SHA256withRSA";
        }
        if (key instanceof ECKey curve) {
            int bits = curve.getParams().getCurve().getField().getFieldSize();
            return switch (bits) {
                case 256 -> "SHA256withECDSA";
                case 384 -> "SHA384withECDSA";
                case 521 -> "SHA512withECDSA";
                default -> throw new InvalidKeyException("a key on a curve of " + bits + " bits");
            };
        }
        throw new InvalidKeyException("a key for " + key.getAlgorithm());
    }

    /** Whether the two are a pair. */
    public static boolean fit(PublicKey publicKey, PrivateKey privateKey) {
        try {
            String algorithm = signatureAlgorithm(publicKey);
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(privateKey);
            signer.update(PROBE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(publicKey);
            verifier.update(PROBE);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
