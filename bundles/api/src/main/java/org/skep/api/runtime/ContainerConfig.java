package org.skep.api.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What runs in a task, and how. Empty strings, lists and optionals stand for the image's or the runtime's default.
 *
 * @param command replaces the image's entry point
 * @param args replaces the image's command
 * @param env {@code NAME=value} each
 * @param user {@code NAME|UID[:GROUP|GID]}
 * @param init whether a small init runs as process 1
 * @param registryAuth credentials for the image's registry, encoded as for the {@code X-Registry-Auth} header; empty for
 *     none. A secret, needed only to prepare the task.
 */
public record ContainerConfig(
        String image,
        List<String> command,
        List<String> args,
        List<String> env,
        String hostname,
        String workdir,
        String user,
        List<String> groups,
        Map<String, String> labels,
        Optional<Boolean> init,
        boolean tty,
        boolean openStdin,
        boolean readOnly,
        String stopSignal,
        Duration stopGracePeriod,
        Optional<HealthCheck> healthCheck,
        List<TaskMount> mounts,
        List<String> capabilityAdd,
        List<String> capabilityDrop,
        NameResolution names,
        KernelSettings kernel,
        LogDriver log,
        String registryAuth) {

    /** Used where a service does not say. */
    public static final Duration DEFAULT_STOP_GRACE_PERIOD = Duration.ofSeconds(10);

    public ContainerConfig {
        command = List.copyOf(command);
        args = List.copyOf(args);
        env = List.copyOf(env);
        groups = List.copyOf(groups);
        labels = Map.copyOf(labels);
        mounts = List.copyOf(mounts);
        capabilityAdd = List.copyOf(capabilityAdd);
        capabilityDrop = List.copyOf(capabilityDrop);
        Objects.requireNonNull(names);
        Objects.requireNonNull(kernel);
        Objects.requireNonNull(log);
        Objects.requireNonNull(registryAuth);
    }

    /** Keeps the environment and credentials out of messages. */
    @Override
    public String toString() {
        return "ContainerConfig[image=" + image + "]";
    }

    public static Builder of(String image) {
        return new Builder(image);
    }

    /** Starts from defaults. Not for use by several threads. */
    public static final class Builder {
        private final String image;
        private List<String> command = List.of();
        private List<String> args = List.of();
        private List<String> env = List.of();
        private String hostname = "";
        private String workdir = "";
        private String user = "";
        private List<String> groups = List.of();
        private Map<String, String> labels = Map.of();
        private Optional<Boolean> init = Optional.empty();
        private boolean tty;
        private boolean openStdin;
        private boolean readOnly;
        private String stopSignal = "";
        private Duration stopGracePeriod = DEFAULT_STOP_GRACE_PERIOD;
        private Optional<HealthCheck> healthCheck = Optional.empty();
        private List<TaskMount> mounts = List.of();
        private List<String> capabilityAdd = List.of();
        private List<String> capabilityDrop = List.of();
        private NameResolution names = NameResolution.DEFAULT;
        private KernelSettings kernel = KernelSettings.DEFAULT;
        private LogDriver log = LogDriver.DEFAULT;
        private String registryAuth = "";

        private Builder(String image) {
            this.image = image;
        }

        public Builder command(List<String> value) {
            command = value;
            return this;
        }

        public Builder args(List<String> value) {
            args = value;
            return this;
        }

        public Builder env(List<String> value) {
            env = value;
            return this;
        }

        public Builder hostname(String value) {
            hostname = value;
            return this;
        }

        public Builder workdir(String value) {
            workdir = value;
            return this;
        }

        public Builder user(String value) {
            user = value;
            return this;
        }

        public Builder groups(List<String> value) {
            groups = value;
            return this;
        }

        public Builder labels(Map<String, String> value) {
            labels = value;
            return this;
        }

        public Builder init(Optional<Boolean> value) {
            init = value;
            return this;
        }

        public Builder tty(boolean value) {
            tty = value;
            return this;
        }

        public Builder openStdin(boolean value) {
            openStdin = value;
            return this;
        }

        public Builder readOnly(boolean value) {
            readOnly = value;
            return this;
        }

        public Builder stopSignal(String value) {
            stopSignal = value;
            return this;
        }

        public Builder stopGracePeriod(Duration value) {
            stopGracePeriod = value;
            return this;
        }

        public Builder healthCheck(Optional<HealthCheck> value) {
            healthCheck = value;
            return this;
        }

        public Builder mounts(List<TaskMount> value) {
            mounts = value;
            return this;
        }

        public Builder capabilityAdd(List<String> value) {
            capabilityAdd = value;
            return this;
        }

        public Builder capabilityDrop(List<String> value) {
            capabilityDrop = value;
            return this;
        }

        public Builder names(NameResolution value) {
            names = value;
            return this;
        }

        public Builder kernel(KernelSettings value) {
            kernel = value;
            return this;
        }

        public Builder log(LogDriver value) {
            log = value;
            return this;
        }

        public Builder registryAuth(String value) {
            registryAuth = value;
            return this;
        }

        public ContainerConfig build() {
            return new ContainerConfig(
                    image,
                    command,
                    args,
                    env,
                    hostname,
                    workdir,
                    user,
                    groups,
                    labels,
                    init,
                    tty,
                    openStdin,
                    readOnly,
                    stopSignal,
                    stopGracePeriod,
                    healthCheck,
                    mounts,
                    capabilityAdd,
                    capabilityDrop,
                    names,
                    kernel,
                    log,
                    registryAuth);
        }
    }
}
