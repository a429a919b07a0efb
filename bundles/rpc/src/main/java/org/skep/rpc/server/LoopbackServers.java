package org.skep.rpc.server;

import io.grpc.BindableService;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.node.NodeCredentials;
import org.skep.rpc.Loopback;
import org.skep.rpc.transport.RpcThreads;
import org.skep.rpc.transport.Tls;

/** Servers with all that a manager's port has before its services, but without state. */
@Component
public final class LoopbackServers implements Loopback {

    private final RpcThreads threads;
    private final RefusalLog log = new RefusalLog(System::nanoTime);

    @Activate
    public LoopbackServers(@Reference RpcThreads threads) {
        this.threads = threads;
    }

    @Override
    public Serving serve(List<BindableService> services, NodeCredentials credentials) {
        Whiteboard all = new Whiteboard();
        services.forEach(all::add);
        Register register = new Register(Optional::empty, () -> false);
        return new Listener(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                Tls.server(credentials.keyManager(), credentials.trustManager(peer -> {})),
                threads,
                new Gate(Gate.Limits.defaults(), log),
                all,
                new HalfSaid(threads.io(), HalfSaid.Limits.defaults()),
                List.of(
                        new ErrorsAsStatus(),
                        new AnonymousCalls(),
                        new Callers(credentials.identity().clusterId(), register, log)));
    }
}
