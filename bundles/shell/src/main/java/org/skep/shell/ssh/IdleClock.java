package org.skep.shell.ssh;

import java.time.Duration;
import org.apache.sshd.common.AttributeRepository.AttributeKey;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.session.ServerSession;

/** A connection is idle only while it runs nothing: a quiet {@code service logs -f} is not. */
final class IdleClock {

    private static final AttributeKey<Integer> RUNNING = new AttributeKey<>();

    private IdleClock() {}

    static void stop(ServerSession connection) {
        synchronized (connection) {
            connection.setAttribute(RUNNING, running(connection) + 1);
            CoreModuleProperties.IDLE_TIMEOUT.set(connection, Duration.ZERO);
        }
    }

    static void start(ServerSession connection) {
        synchronized (connection) {
            int left = running(connection) - 1;
            connection.setAttribute(RUNNING, left);
            if (left == 0) {
                connection.resetIdleTimeout();
                CoreModuleProperties.IDLE_TIMEOUT.remove(connection);
            }
        }
    }

    private static int running(ServerSession connection) {
        Integer running = connection.getAttribute(RUNNING);
        return running == null ? 0 : running;
    }
}
