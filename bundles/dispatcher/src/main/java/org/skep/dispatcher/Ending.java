package org.skep.dispatcher;

import io.grpc.Status;

/**
 * Why a session is over.
 *
 * @param reason one line, for the log of the node
 */
record Ending(Status.Code code, String reason) {

    static Ending noLongerLeading() {
        return new Ending(Status.Code.ABORTED, "the manager no longer leads");
    }

    static Ending replaced() {
        return new Ending(Status.Code.ABORTED, "replaced by another session of the same node");
    }

    static Ending unknown(String nodeId) {
        return new Ending(Status.Code.NOT_FOUND, "node " + nodeId + " is not part of this swarm");
    }

    static Ending removed(String nodeId) {
        return new Ending(Status.Code.NOT_FOUND, "node " + nodeId + " was removed from the swarm");
    }

    static Ending silent(String nodeId) {
        return new Ending(Status.Code.ABORTED, "nothing was heard of node " + nodeId);
    }

    static Ending duplicate(String nodeId, String address) {
        return new Ending(
                Status.Code.ALREADY_EXISTS,
                "another daemon runs as node " + nodeId + (address.isEmpty() ? "" : " at " + address)
                        + ": two hosts must not share a copy of one state directory");
    }

    static Ending tooOften(String nodeId) {
        return new Ending(Status.Code.UNAVAILABLE, "node " + nodeId + " registers too often");
    }

    static Ending failed() {
        return new Ending(Status.Code.INTERNAL, "the node could not take a message");
    }

    Status status() {
        return code.toStatus().withDescription(reason);
    }
}
