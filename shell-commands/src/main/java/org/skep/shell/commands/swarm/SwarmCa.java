package org.skep.shell.commands.swarm;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.api.command.StillRunning;
import org.skep.control.Clusters;
import org.skep.control.Control;
import org.skep.shell.commands.flag.LaterFlags;
import org.skep.shell.commands.progress.Display;
import org.skep.shell.commands.progress.Line;
import org.skep.shell.commands.value.DurationConverter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code swarm ca}: the root certificate that nodes trust, or a new one. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("swarm ca")
@Requires(Role.ADMIN)
@Command(name = "ca", description = "Display and rotate the root CA")
public final class SwarmCa implements ShellCommand {

    private static final String[] LATER = {"--external-ca"};
    private static final int LARGEST = 65_536;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final int BAR_WIDTH = 50;

    @Option(names = "--rotate", description = "Rotate the swarm CA, to a new one unless certificate and key are given")
    private boolean rotate;

    @Option(
            names = "--cert-expiry",
            paramLabel = "DURATION",
            description = "Validity period for node certificates (default 2160h)",
            converter = DurationConverter.class)
    private com.google.protobuf.Duration certificates;

    @Option(names = "--ca-cert", paramLabel = "FILE", description = "PEM-formatted root CA certificate to use")
    private String certificate;

    @Option(names = "--ca-key", paramLabel = "FILE", description = "PEM-formatted root CA key to use")
    private String key;

    @Option(
            names = {"-d", "--detach"},
            description = "Exit immediately instead of waiting for the root rotation to converge")
    private boolean detach;

    @Option(
            names = {"-q", "--quiet"},
            description = "Suppress progress output")
    private boolean quiet;

    private final Control control;
    private CommandSpec command;

    @Activate
    public SwarmCa(@Reference Control control) {
        this.control = control;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
        LaterFlags.add(spec, true, LATER);
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        LaterFlags.refuse(command, LATER);
        if (rotate) {
            rotate(session);
            if (detach) {
                return Outcome.done();
            }
            await(session);
        } else {
            requireRotate("--cert-expiry", certificates);
            requireRotate("--ca-cert", certificate);
            requireRotate("--ca-key", key);
        }
        return Outcome.text(control.clusters().rootCertificate().strip());
    }

    private void requireRotate(String flag, Object value) {
        if (value != null) {
            throw new ParameterException(command.commandLine(), flag + " requires the --rotate flag to update the CA");
        }
    }

    private void rotate(Session session) {
        if ((certificate == null) != (key == null)) {
            throw new ParameterException(command.commandLine(), "--ca-cert and --ca-key go together");
        }
        Optional<Clusters.Signer> signer = certificate == null
                ? Optional.empty()
                : Optional.of(new Clusters.Signer(pem(session, certificate), pem(session, key)));
        if (certificates != null) {
            ClusterEdits.change(control, spec -> spec.getCaConfigBuilder().setNodeCertExpiry(certificates));
        }
        control.clusters().rotateRoot(signer);
    }

    private static String pem(Session session, String file) {
        return new String(session.read(file, LARGEST), StandardCharsets.UTF_8);
    }

    private void await(Session session) throws InterruptedException {
        Display display = quiet ? Display.NONE : Display.on(session);
        try {
            Clusters.Rotation rotation = control.clusters().rotation();
            while (rotation.underWay()) {
                display.show(List.of(line(rotation)));
                Thread.sleep(PAUSE.toMillis());
                rotation = control.clusters().rotation();
            }
            display.show(List.of(line(new Clusters.Rotation(false, rotation.nodes(), rotation.nodes()))));
        } catch (InterruptedException e) {
            throw new StillRunning(
                    "Operation continuing in background.\nUse `info` to see whether it is still in progress.");
        }
    }

    private static Line line(Clusters.Rotation rotation) {
        String what = "rotated TLS certificates";
        String count = rotation.rotatedNodes() + "/" + rotation.nodes() + " nodes";
        int done = rotation.nodes() == 0 ? 0 : BAR_WIDTH * rotation.rotatedNodes() / rotation.nodes();
        String bar = "[" + "=".repeat(done) + ">" + " ".repeat(BAR_WIDTH - done) + "]";
        return new Line(what, what + ":  " + bar + " " + count, what + ": " + count);
    }
}
