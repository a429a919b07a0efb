package org.skep.scheduler;

/** A strategy is not there, or does not do what it should. The message is fit for a task's status. */
final class StrategyException extends RuntimeException {

    private StrategyException(String message) {
        super(message);
    }

    static StrategyException missing(String name) {
        return new StrategyException("placement strategy " + name + " is not installed");
    }

    static StrategyException failed(String name, String reason) {
        return new StrategyException("placement strategy " + name + " failed: " + reason);
    }
}
