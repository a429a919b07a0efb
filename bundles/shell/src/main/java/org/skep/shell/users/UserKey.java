package org.skep.shell.users;

/**
 * A public key that opens a session.
 *
 * @param type as OpenSSH names it, such as {@code ssh-ed25519}
 * @param fingerprint {@code SHA256:...}
 * @param comment what follows the key in its line, often {@code user@host}; may be empty
 */
public record UserKey(String type, String fingerprint, String comment) {}
