package org.skep.raft.net;

import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.blocks.cs.Connection;
import org.jgroups.protocols.TCP;
import org.jgroups.stack.IpAddress;

/**
 * The transport. It sends over connections that are there, and drops what is for others: who sends must never wait for a
 * host that does not answer. Connections are made by {@link #dial} alone.
 */
final class Wire extends TCP {

    private final Gate gate;
    private final Consumer<Address> closed;

    /** @param closed told of connections that end, by the address of the other side */
    Wire(Gate gate, Consumer<Address> closed) {
        this.gate = gate;
        this.closed = closed;
        setSocketFactory(gate);
    }

    @Override
    public void start() throws Exception {
        super.start();
        srv.log(Hush.on(log));
    }

    boolean connected(Address to) {
        return to != null && srv != null && srv.connectionEstablishedTo(to);
    }

    /** Connects if need be; returns once the other side has shown its certificate. */
    void dial(IpAddress to) throws Exception {
        srv.getConnection(to);
    }

    /** Ends the connection. */
    void drop(Address to) {
        srv.closeConnection(to);
    }

    /** Not by asking for the connection, which would be made, here and now, if it has just ended. */
    @Override
    public void send(Address dest, byte[] data, int offset, int length) {
        srv.forAllConnections((to, connection) -> {
            if (to.equals(dest)) {
                hand(connection, data, offset, length);
            }
        });
    }

    private void hand(Connection connection, byte[] data, int offset, int length) {
        try {
            connection.send(data, offset, length);
        } catch (Exception e) {
            log.debug("what was to be sent to %s is dropped: %s", connection.peerAddress(), e);
        }
    }

    /** Who dials does not know yet what we call ourselves. */
    @Override
    public boolean unicastDestMismatch(Address dest) {
        return !(dest instanceof PhysicalAddress) && super.unicastDestMismatch(dest);
    }

    @Override
    public void connectionClosed(Connection connection) {
        closed.accept(connection.peerAddress());
    }

    @Override
    public void stop() {
        gate.shut();
        super.stop();
    }

    @Override
    public void destroy() {
        super.destroy();
        gate.awaitEnd();
    }

    @Override
    protected void handleDisconnect() {
        gate.shut();
        super.handleDisconnect();
    }
}
