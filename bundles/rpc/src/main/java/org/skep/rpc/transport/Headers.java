package org.skep.rpc.transport;

import io.grpc.Metadata;
import java.util.List;

/** The metadata that managers give to calls they pass on, and that daemons of ours give to theirs. */
public final class Headers {

    /** "true" on a call that a manager passes on, whose caller the next ones describe: blank if it had no certificate. */
    public static final Metadata.Key<String> FORWARDED = key("forwarded_cert");

    /** The caller's node ID. */
    public static final Metadata.Key<String> FORWARDED_CN = key("forwarded_cert_cn");

    /** The caller's swarm. */
    public static final Metadata.Key<String> FORWARDED_ORG = key("forwarded_cert_org");

    /** The caller's role, as certificates have it. */
    public static final Metadata.Key<String> FORWARDED_OU = key("forwarded_cert_ou");

    /** The caller's host and port. */
    public static final Metadata.Key<String> REMOTE_ADDRESS = key("remote_addr");

    /** Where the call was passed on: it is passed on once. */
    public static final Metadata.Key<String> REDIRECT = key("redirect");

    /** The run of the daemon that calls. */
    public static final Metadata.Key<String> INSTANCE = key("skep-instance");

    /** With the refusal of a call that was passed on, of which nothing has been done. */
    public static final Metadata.Key<String> NOT_TAKEN = key("skep-not-taken");

    private static final List<Metadata.Key<String>> OF_MANAGERS =
            List.of(FORWARDED, FORWARDED_CN, FORWARDED_ORG, FORWARDED_OU, REMOTE_ADDRESS, REDIRECT);

    private Headers() {}

    /** Takes away what only a manager may say. */
    public static void strip(Metadata headers) {
        OF_MANAGERS.forEach(headers::discardAll);
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }
}
