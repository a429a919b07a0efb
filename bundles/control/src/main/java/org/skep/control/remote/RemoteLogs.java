package org.skep.control.remote;

import java.time.Instant;
import java.util.function.Consumer;
import org.skep.control.Logs;
import org.skep.protocol.LogMessage;
import org.skep.protocol.Times;
import org.skep.protocol.control.ControlGrpc;
import org.skep.protocol.control.ReadLogsRequest;

/** Log lines, asked of the leader: it gathers and sorts them. */
record RemoteLogs(Calls calls) implements Logs {

    @Override
    public void read(String reference, Query query, Consumer<LogMessage> sink, Consumer<String> warnings)
            throws InterruptedException {
        ReadLogsRequest.Builder request = ReadLogsRequest.newBuilder()
                .setReference(reference)
                .setFollow(query.follow())
                .setTail(query.tail())
                .setGrep(query.grep());
        if (query.since().isAfter(Instant.EPOCH)) {
            request.setSince(Times.timestamp(query.since()));
        }
        if (!query.until().equals(Instant.MAX)) {
            request.setUntil(Times.timestamp(query.until()));
        }
        calls.follow(ControlGrpc.getReadLogsMethod(), request.build(), message -> {
            message.getLinesList().forEach(sink);
            message.getWarningsList().forEach(warnings);
        });
    }
}
