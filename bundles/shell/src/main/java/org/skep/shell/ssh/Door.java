package org.skep.shell.ssh;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.PublicKey;
import java.util.Optional;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.server.auth.pubkey.PublickeyAuthenticator;
import org.apache.sshd.server.session.ServerSession;
import org.skep.api.SkepException;
import org.skep.api.command.Role;
import org.skep.shell.audit.Audit;
import org.skep.shell.audit.AuditEvent;
import org.skep.shell.session.Identity;
import org.skep.shell.users.FileUsers;

/** Decides who comes in, and keeps a record of who came and who was turned away. */
final class Door implements PublickeyAuthenticator, SessionListener {

    private static final AttributeKey<String> ACCEPTED = new AttributeKey<>();
    private static final AttributeKey<String> REFUSED = new AttributeKey<>();
    private static final AttributeKey<String> ATTEMPTED = new AttributeKey<>();
    private static final AttributeKey<Boolean> AT_THE_DOOR = new AttributeKey<>();
    private static final AttributeKey<Boolean> INSIDE = new AttributeKey<>();

    private final FileUsers users;
    private final PublicKey localKey;
    private final Audit audit;

    /** @param localKey of the daemon's own client */
    Door(FileUsers users, PublicKey localKey, Audit audit) {
        this.users = users;
        this.localKey = localKey;
        this.audit = audit;
    }

    @Override
    public boolean authenticate(String user, PublicKey key, ServerSession session) {
        boolean accepted =
                user.equals(FileUsers.LOCAL) ? KeyUtils.compareKeys(localKey, key) : users.accepts(user, key);
        // the session itself learns the name only when it is let in
        session.setAttribute(ATTEMPTED, user);
        session.setAttribute(accepted ? ACCEPTED : REFUSED, KeyUtils.getFingerPrint(key));
        return accepted;
    }

    /** Who is at the other end of a session that has been let in. */
    static Identity identity(ServerSession session, FileUsers users) {
        String user = session.getUsername();
        return new Identity(user, () -> role(user, users), origin(session), attribute(session, ACCEPTED));
    }

    private static Role role(String user, FileUsers users) {
        if (user.equals(FileUsers.LOCAL)) {
            return Role.ADMIN;
        }
        return users.role(user)
                .orElseThrow(() -> SkepException.user("USER_REMOVED", "user '" + user + "' may not use this node", ""));
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.KeyEstablished) {
            session.setAttribute(AT_THE_DOOR, true);
        } else if (event == Event.Authenticated) {
            session.setAttribute(INSIDE, true);
            audit.record(AuditEvent.session(
                    "login", session.getUsername(), origin(session), attribute(session, ACCEPTED), "ok"));
        }
    }

    @Override
    public void sessionClosed(Session session) {
        if (session.getAttribute(INSIDE) != null) {
            audit.record(AuditEvent.session(
                    "logout", session.getUsername(), origin(session), attribute(session, ACCEPTED), "ok"));
        } else if (session.getAttribute(AT_THE_DOOR) != null) {
            String user = printable(attribute(session, ATTEMPTED));
            audit.record(
                    AuditEvent.session("login-failed", user, origin(session), attribute(session, REFUSED), "refused"));
        }
    }

    /** A stranger chose this name. */
    private static String printable(String user) {
        return user.codePoints()
                .limit(64)
                .map(c -> Character.isISOControl(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String attribute(Session session, AttributeKey<String> key) {
        return Optional.ofNullable(session.getAttribute(key)).orElse("");
    }

    private static String origin(Session session) {
        SocketAddress address = session.getIoSession().getRemoteAddress();
        if (address instanceof InetSocketAddress inet && inet.getAddress() != null) {
            return inet.getAddress().getHostAddress() + ":" + inet.getPort();
        }
        return String.valueOf(address);
    }
}
