package org.skep.api.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What runs in a task, and how. Empty strings, lists and optionals stand for the image's or the runtime's default.
 *
 * @param command replaces the image's entry point
 * @param args replaces the image's command
 * @param env {@code NAME=value} each
 * @param user {@code NAME|UID[:GROUP|GID]}
 * @param init whether a small init runs as process 1
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
        List<String> capabilityDrop) {

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
                    capabilityDrop);
        }
    }
}
