package org.skep.api.node;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.skep.api.runtime.GenericResource;

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
 * @param genericResources what this host has for tasks, where its engine does not say
 */
public record NodeConfig(
        String version,
        Path stateDir,
        String hostname,
        InetSocketAddress sshAddress,
        RuntimeChoice runtime,
        Optional<String> dockerHost,
        Map<String, String> labels,
        LogLevel logLevel,
        List<GenericResource> genericResources) {

    public NodeConfig {
        labels = Map.copyOf(labels);
        genericResources = List.copyOf(genericResources);
    }

    /** Of a host without generic resources. */
    public NodeConfig(
            String version,
            Path stateDir,
            String hostname,
            InetSocketAddress sshAddress,
            RuntimeChoice runtime,
            Optional<String> dockerHost,
            Map<String, String> labels,
            LogLevel logLevel) {
        this(version, stateDir, hostname, sshAddress, runtime, dockerHost, labels, logLevel, List.of());
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
