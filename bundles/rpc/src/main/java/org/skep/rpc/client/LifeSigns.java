package org.skep.rpc.client;

import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleState;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleStateEvent;
import io.grpc.netty.shaded.io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Ends a connection whose other end has gone silent. A manager pings every connection that it hears nothing from; as it
 * may be hearing from us and have nothing to say, it is asked once before it is given up.
 */
final class LifeSigns extends IdleStateHandler {

    private final Runnable question;
    private boolean asked;

    /**
     * @param silence after which the connection ends; the manager is asked at half of it
     * @param question makes a call that any manager answers at once
     */
    LifeSigns(Duration silence, Runnable question) {
        super(silence.toMillis() / 2, 0, 0, TimeUnit.MILLISECONDS);
        this.question = question;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        asked = false;
        super.channelRead(context, message);
    }

    @Override
    protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
        if (event.state() != IdleState.READER_IDLE) {
            return;
        }
        if (asked) {
            context.close();
        } else {
            asked = true;
            question.run();
        }
    }
}
