package org.skep.shell.ssh;

import java.io.IOException;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.channel.ChannelSessionFactory;

/**
 * Sends a command's exit status before the end of its output. A client without input closes the channel when it sees that
 * end; a status that comes later is lost, and the client ends with 255.
 */
final class StatusFirst extends ChannelSessionFactory {

    @Override
    public Channel createChannel(Session session) {
        return new ChannelSession() {
            @Override
            protected void closeShell(int status, boolean immediately) throws IOException {
                if (!isClosing()) {
                    sendExitStatus(status);
                }
                super.closeShell(status, immediately);
            }
        };
    }
}
