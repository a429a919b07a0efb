package org.skep.pki.node;

import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.skep.api.ErrorKind;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.pki.JoinToken;
import org.skep.pki.UnlockKey;
import org.skep.pki.x509.Roots;
import org.skep.protocol.GetUnlockKeyResponse;
import org.skep.protocol.IssueNodeCertificateRequest;
import org.skep.protocol.NodeSpec;

/** Gets a node its first certificate: the root, compared with the token before anything is trusted, then its own. */
final class Enrolment {

    private static final int ATTEMPTS = 5;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final Desks desks;
    private final Clock clock;
    private final Pauses pauses;

    Enrolment(Desks desks, Clock clock, Pauses pauses) {
        this.desks = desks;
        this.clock = clock;
        this.pauses = pauses;
    }

    /** @return keys that are nowhere but here */
    OpenKeys join(List<Endpoint> managers, String tokenText, NodeSpec.Availability availability, boolean workerOnly)
            throws InterruptedException {
        JoinToken token = JoinToken.parse(tokenText);
        IssueNodeCertificateRequest request = IssueNodeCertificateRequest.newBuilder()
                .setToken(token.text())
                .setAvailability(availability)
                .setWorkerOnly(workerOnly)
                .build();
        Issuance issuance = new Issuance(clock, pauses);
        SkepException failure =
                SkepException.user("UNREACHABLE", "no manager to join at", "give the address of a manager");
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (attempt > 0) {
                pauses.pause(PAUSE);
            }
            for (Endpoint manager : managers) {
                try {
                    return join(manager, token, request, issuance);
                } catch (SkepException e) {
                    if (!isPassing(e)) {
                        throw e;
                    }
                    failure = e;
                }
            }
        }
        throw failure;
    }

    /** Whether another attempt, or another manager, may do better. */
    static boolean isPassing(SkepException e) {
        return e.kind() == ErrorKind.EXTERNAL || e.code().equals("NO_LEADER");
    }

    private OpenKeys join(Endpoint manager, JoinToken token, IssueNodeCertificateRequest request, Issuance issuance)
            throws InterruptedException {
        Credential credential;
        try (Stranger stranger = desks.stranger(manager)) {
            Roots roots = trustworthy(manager, stranger.rootCertificate(), token);
            credential = issuance.at(stranger.proven(roots), request, roots);
        }
        Lock lock = credential.identity().manager() ? lock(credential, manager) : Lock.NONE;
        return new OpenKeys(credential, AesStateCipher.randomKey(), lock.key(), lock.version());
    }

    private Roots trustworthy(Endpoint manager, byte[] pem, JoinToken token) {
        if (!token.names(pem)) {
            throw SkepException.user(
                    "WRONG_CA",
                    "the join token is not of the swarm that " + manager + " belongs to",
                    "'swarm join-token' on a manager prints token and address; a replaced root CA makes tokens void");
        }
        try {
            Roots roots = Roots.of(pem);
            roots.verifyTime(clock.instant());
            return roots;
        } catch (CertificateException e) {
            throw SkepException.external(
                    "UNREACHABLE",
                    "the root CA of the manager at " + manager + " cannot be trusted: " + e.getMessage(),
                    "compare the clocks of the two hosts",
                    e);
        }
    }

    /**
     * What the swarm locks its managers with, which a new manager must know before it keeps anything.
     *
     * @param credential of a manager
     */
    Lock lock(Credential credential, Endpoint manager) throws InterruptedException {
        try (Desk desk = desks.as(credential, manager)) {
            GetUnlockKeyResponse answer = desk.unlockKey();
            Optional<UnlockKey> key = answer.getUnlockKey().isEmpty()
                    ? Optional.empty()
                    : Optional.of(UnlockKey.of(answer.getUnlockKey().toByteArray()));
            return new Lock(key, answer.getVersion().getIndex());
        }
    }

    /** @param version of the cluster object that says so */
    record Lock(Optional<UnlockKey> key, long version) {
        static final Lock NONE = new Lock(Optional.empty(), 0);
    }
}
