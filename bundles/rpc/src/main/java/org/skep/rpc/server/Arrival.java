package org.skep.rpc.server;

import io.grpc.netty.shaded.io.netty.buffer.ByteBuf;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslHandler;
import io.grpc.netty.shaded.io.netty.util.ReferenceCountUtil;
import io.grpc.netty.shaded.io.netty.util.concurrent.Future;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.TimeUnit;

/**
 * Watches a connection from its first byte until it is one of HTTP/2: what does not speak TLS ends at once, what takes too
 * long ends, and so does one without a certificate that stays too long.
 */
final class Arrival extends ChannelInboundHandlerAdapter {

    private static final byte TLS_HANDSHAKE = 0x16;

    private final Gate gate;
    private final String address;
    private ChannelHandlerContext context;
    private Future<?> limit;
    private boolean spoken;
    private boolean refused;
    private Shares.Part place;
    private boolean gaveWay;

    Arrival(Gate gate, String address) {
        this.gate = gate;
        this.address = address;
    }

    /** @return false if there is no place; otherwise it has one until it enters elsewhere, or ends */
    boolean enter(Shares shares) {
        Shares.Part next = shares.part(address, this::giveWay);
        boolean entered = next.take(1);
        leave();
        place = entered ? next : null;
        return entered;
    }

    /** Comes from anyone's thread, perhaps before this connection has one. */
    private void giveWay() {
        gate.log().refused(address, "has most of the connections without a certificate, and others come");
        synchronized (this) {
            gaveWay = true;
            if (context != null) {
                context.close();
            }
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext active) throws Exception {
        synchronized (this) {
            context = active;
            if (gaveWay) {
                active.close();
                return;
            }
        }
        gate.arrived(this, active.channel().remoteAddress());
        limit = active.executor()
                .schedule(
                        () -> refuse(spoken ? "took too long to agree on TLS and HTTP/2" : "said nothing"),
                        gate.handshakeMillis(),
                        TimeUnit.MILLISECONDS);
        super.channelActive(active);
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
        if (!spoken) {
            spoken = true;
            if (message instanceof ByteBuf bytes && bytes.getByte(bytes.readerIndex()) != TLS_HANDSHAKE) {
                ReferenceCountUtil.release(message);
                refuse("does not speak TLS");
                return;
            }
            from.pipeline().get(SslHandler.class).handshakeFuture().addListener(handshake -> {
                if (!handshake.isSuccess()) {
                    refuse("TLS failed: " + reason(handshake.cause()));
                }
            });
        }
        super.channelRead(from, message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ended) throws Exception {
        gate.left(ended.channel().remoteAddress());
        cancelLimit();
        leave();
        super.channelInactive(ended);
    }

    /** The connection is one of HTTP/2 now. */
    void ready(boolean anonymous) {
        cancelLimit();
        if (!anonymous) {
            leave();
            return;
        }
        if (!enter(gate.anonymous())) {
            refuse("too many connections without a certificate");
            return;
        }
        limit = context.executor().schedule(() -> context.close(), gate.anonymousMillis(), TimeUnit.MILLISECONDS);
    }

    private void refuse(String why) {
        if (!refused) {
            refused = true;
            gate.log().refused(address, why);
        }
        context.close();
    }

    private void cancelLimit() {
        if (limit != null) {
            limit.cancel(false);
        }
    }

    private void leave() {
        if (place != null) {
            place.giveBack();
            place = null;
        }
    }

    /** The outermost reason says what failed, the innermost what was wrong with a certificate. */
    private static String reason(Throwable failure) {
        if (failure instanceof ClosedChannelException) {
            return "the other side left";
        }
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String what = String.valueOf(failure.getMessage());
        String why = innermost.getMessage();
        return why == null || what.contains(why) ? what : what + ": " + why;
    }
}
