package org.skep.api.node;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How this daemon was started: command line over {@code etc/skep.conf} over defaults, checked before anything runs.
 * The launcher registers it as a service.
 *
 * @param version of the distribution
 * @param stateDir everything this node keeps; exists, is writable and locked
 * @param hostname the node's name in {@code node ls}
 * @param sshAddress where the shell listens
 * @param runtime which runtime driver to use
 * @param dockerHost the engine's address as {@code DOCKER_HOST} has it; empty for the local socket
 * @param labels engine labels of this node
 */
public record NodeConfig(
        String version,
        Path stateDir,
        String hostname,
        InetSocketAddress sshAddress,
        RuntimeChoice runtime,
        Optional<String> dockerHost,
        Map<String, String> labels,
        LogLevel logLevel) {

    public NodeConfig {
        labels = Map.copyOf(labels);
    }

    /** Which runtime driver runs this node's tasks. */
    public enum RuntimeChoice {
        /** Docker when its engine answers, else processes. */
        AUTO,
        DOCKER,
        PROCESS
    }

    /** What the log keeps. */
    public enum LogLevel {
        ERROR,
        WARN,
        INFO,
        DEBUG,
        TRACE
    }
}
