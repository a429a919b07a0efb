package org.skep.shell.session;

import java.util.function.Supplier;
import org.skep.api.command.Role;

/**
 * Who is at the other end.
 *
 * @param role asked for anew with every command, because an admin may change it meanwhile
 * @param key fingerprint of the key that opened the session
 */
public record Identity(String user, Supplier<Role> role, String origin, String key) {}
