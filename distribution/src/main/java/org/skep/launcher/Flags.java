package org.skep.launcher;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code skepd}. Values are taken as text: {@link Configuration} checks them. */
@Command(
        name = "skepd",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Runs this host as a node of a swarm, in the foreground.",
        footer = {"", "The same keys may stand in etc/skep.conf, one 'key = value' per line; the command line wins."})
final class Flags {

    @Option(names = "--help", usageHelp = true, description = "Show this help and exit")
    private boolean help;

    @Option(names = "--version", description = "Show the version and exit")
    private boolean version;

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description =
                    "Where this node keeps its state (default: /var/lib/skep for root," + " else ~/.local/state/skep)")
    private String stateDir;

    @Option(names = "--hostname", paramLabel = "NAME", description = "This node's name (default: the host's name)")
    private String hostname;

    @Option(
            names = "--ssh-addr",
            paramLabel = "HOST:PORT",
            description = "Where the shell listens for SSH (default: 127.0.0.1:8022)")
    private String sshAddr;

    @Option(
            names = "--runtime",
            paramLabel = "RUNTIME",
            description = "What runs tasks: auto, docker or process (default: auto, which is docker if its"
                    + " engine answers, else process)")
    private String runtime;

    @Option(
            names = "--docker-host",
            paramLabel = "URL",
            description = "The Docker Engine: unix:///PATH or tcp://HOST:PORT (default: the local socket)")
    private String dockerHost;

    @Option(names = "--label", paramLabel = "KEY=VALUE", description = "A label of this node's engine; repeatable")
    private List<String> labels = new ArrayList<>();

    @Option(
            names = "--generic-resource",
            paramLabel = "KIND=NAME|AMOUNT",
            description = "What this host has for tasks beside processors and memory: one named piece, or an"
                    + " amount; repeatable")
    private List<String> genericResources = new ArrayList<>();

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "What the log keeps: error, warn, info, debug or trace (default: info)")
    private String logLevel;

    boolean help() {
        return help;
    }

    boolean version() {
        return version;
    }

    /** These flags after the settings of a file, so that they win. */
    List<Setting> over(List<Setting> file) {
        List<Setting> settings = new ArrayList<>(file);
        add(settings, Key.STATE_DIR, stateDir);
        add(settings, Key.HOSTNAME, hostname);
        add(settings, Key.SSH_ADDR, sshAddr);
        add(settings, Key.RUNTIME, runtime);
        add(settings, Key.DOCKER_HOST, dockerHost);
        labels.forEach(label -> add(settings, Key.LABEL, label));
        genericResources.forEach(resource -> add(settings, Key.GENERIC_RESOURCE, resource));
        add(settings, Key.LOG_LEVEL, logLevel);
        return settings;
    }

    private static void add(List<Setting> settings, Key key, String value) {
        if (value != null) {
            settings.add(Setting.flag(key, value));
        }
    }
}
