package org.skep.pki.node;

import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.skep.api.SkepException;
import org.skep.rpc.RemoteErrors;

/** What went wrong in a call to a manager, in one line. */
final class CallErrors {

    private static final String CLOCKS = "compare the clocks of the two hosts";

    private static final Set<String> UNEXPLAINED = Set.of("UNREACHABLE", "CALL_FAILED");

    private final String manager;

    CallErrors(String manager) {
        this.manager = manager;
    }

    SkepException of(StatusRuntimeException e) {
        SkepException told = RemoteErrors.of(e);
        if (!UNEXPLAINED.contains(told.code())) {
            return told;
        }
        Optional<CertificateException> certificate = cause(e, CertificateException.class);
        if (certificate.isPresent()) {
            return of(certificate.get());
        }
        Optional<SSLException> tls = cause(e, SSLException.class);
        if (tls.isPresent()) {
            return refused(String.valueOf(tls.get().getMessage()), "", e);
        }
        if (cause(e, UnknownHostException.class).isPresent()) {
            return SkepException.external(
                    "UNREACHABLE",
                    "the manager at " + manager + " cannot be reached: the name is not known",
                    "see whether it is right, or give the manager's IP address",
                    e);
        }
        return SkepException.external(
                "UNREACHABLE", "the manager at " + manager + " does not answer: " + reason(e), "", e);
    }

    /** What is wrong with the manager's certificate. */
    SkepException of(CertificateException e) {
        boolean ofTime = e instanceof CertificateExpiredException || e instanceof CertificateNotYetValidException;
        return refused(String.valueOf(e.getMessage()), ofTime ? CLOCKS : "", e);
    }

    private SkepException refused(String reason, String hint, Throwable cause) {
        return SkepException.external(
                "UNREACHABLE", "no secure connection to the manager at " + manager + ": " + reason, hint, cause);
    }

    private static String reason(StatusRuntimeException e) {
        Throwable cause = e.getStatus().getCause();
        while (cause != null && cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        if (cause instanceof IOException && cause.getMessage() != null) {
            return firstLine(cause.getMessage());
        }
        String description = e.getStatus().getDescription();
        return description == null ? e.getStatus().getCode().name().toLowerCase(Locale.ROOT) : firstLine(description);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private static <T extends Throwable> Optional<T> cause(Throwable e, Class<T> type) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return Optional.of(type.cast(cause));
            }
        }
        return Optional.empty();
    }
}
