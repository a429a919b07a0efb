package org.skep.shell.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentServiceObjects;
import org.skep.api.SkepException;
import org.skep.api.command.Outcome;
import org.skep.api.command.Role;
import org.skep.api.command.Secret;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;

class CommandServiceTest {

    private final Services services = new Services(Run::new);
    private final CommandService run = services.named("run");

    @Test
    void anInstanceRunsOneLineAfterAnother() {
        Run first = parse("--env", "A=1", "-e", "B=2", "--replicas", "3", "--detach", "--label", "x", "image", "arg");
        assertThat(first.told()).isEqualTo("[A=1, B=2] 3 true [x] image [arg]");

        Run second = parse("other");

        assertThat(second).isSameAs(first);
        assertThat(second.told()).isEqualTo("[] 1 false [none] other []");
        assertThat(parse("-e", "C=3", "third").told()).isEqualTo("[C=3] 1 false [none] third []");
    }

    @Test
    void aWrongLineLeavesNothingForTheNext() {
        assertThatThrownBy(() -> parse("--env", "A=1", "--replicas", "many", "image"))
                .isInstanceOf(ParameterException.class);

        assertThat(parse("image").told()).isEqualTo("[] 1 false [none] image []");
        assertThat(services.made).hasSize(1);
    }

    @Test
    void linesAtTheSameTimeHaveInstancesOfTheirOwn() {
        try (var one = run.open();
                var other = run.open()) {
            assertThat(one.command()).isNotSameAs(other.command());
        }
        assertThat(services.given).isEmpty();
    }

    @Test
    void whoExplainedItselfRunsNoFurtherLine() {
        try (var lease = run.open()) {
            assertThat(lease.model().usage()).startsWith("Usage: run");
        }
        assertThat(services.given).isEqualTo(services.made).hasSize(1);
    }

    @Test
    void aSecretIsNotKept() {
        Services secretive = new Services(Login::new);
        try (var lease = secretive.named("login").open()) {
            lease.model().line().parseArgs("--password", "x");
        }
        assertThat(secretive.given).isEqualTo(secretive.made).hasSize(1);
    }

    @Test
    void allInstancesAreGivenBackWhenTheServiceGoes() {
        CommandEntry.Lease running = run.open();
        parse("idle");
        assertThat(services.made).hasSize(2);

        run.close();
        assertThat(services.given).hasSize(1).doesNotContain((ShellCommand) running.command());

        running.close();
        assertThat(services.given).containsExactlyInAnyOrderElementsOf(services.made);
    }

    @Test
    void whatHasGoneSaysSo() {
        services.gone = true;
        assertThatThrownBy(run::open)
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("'run' is not available at the moment");
    }

    private Run parse(String... arguments) {
        try (var lease = run.open()) {
            lease.model().line().parseArgs(arguments);
            return (Run) lease.command();
        }
    }

    /** Instances that the framework made, and those that it got back. */
    private static final class Services implements ComponentServiceObjects<ShellCommand> {

        private final Supplier<ShellCommand> factory;
        private final List<ShellCommand> made = new ArrayList<>();
        private final List<ShellCommand> given = new ArrayList<>();
        private boolean gone;

        Services(Supplier<ShellCommand> factory) {
            this.factory = factory;
        }

        CommandService named(String name) {
            return new CommandService(List.of(name), Role.VIEWER, this, type -> List.of());
        }

        @Override
        public ShellCommand getService() {
            if (gone) {
                return null;
            }
            made.add(factory.get());
            return made.get(made.size() - 1);
        }

        @Override
        public void ungetService(ShellCommand service) {
            given.add(service);
        }

        @Override
        public ServiceReference<ShellCommand> getServiceReference() {
            throw new UnsupportedOperationException();
        }
    }

    static final class Labels {
        @Option(names = "--label")
        private List<String> labels = List.of("none");
    }

    @Command(description = "Run")
    static final class Run implements ShellCommand {
        @Option(names = {"-e", "--env"})
        private List<String> env = new ArrayList<>();

        @Option(names = "--replicas")
        private int replicas = 1;

        @Option(names = "--detach")
        private boolean detach;

        @Mixin
        private Labels labels = new Labels();

        @Parameters(index = "0")
        private String image;

        @Parameters(index = "1..*", arity = "0..*")
        private List<String> args = List.of();

        String told() {
            return env + " " + replicas + " " + detach + " " + labels.labels + " " + image + " " + args;
        }

        @Override
        public Outcome run(Session session) {
            return Outcome.text(told());
        }
    }

    @Command(description = "Log in")
    static final class Login implements ShellCommand {
        @Secret
        @Option(names = "--password")
        private String password;

        @Override
        public Outcome run(Session session) {
            return Outcome.done();
        }
    }
}
