package org.skep.shell.commands.registry;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ServiceScope;
import org.skep.api.SkepException;
import org.skep.api.command.CommandName;
import org.skep.api.command.Outcome;
import org.skep.api.command.Requires;
import org.skep.api.command.Role;
import org.skep.api.command.Secret;
import org.skep.api.command.Session;
import org.skep.api.command.ShellCommand;
import org.skep.api.runtime.RegistryCredentials;
import org.skep.control.Control;
import org.skep.template.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code login}: from now on, the swarm is somebody to a registry. */
@Component(service = ShellCommand.class, scope = ServiceScope.PROTOTYPE)
@CommandName("login")
@Requires(Role.OPERATOR)
@Command(
        name = "login",
        description = "Log the swarm in to a registry, for services created --with-registry-auth; a later login also"
                + " holds for the services that there are")
public final class Login implements ShellCommand {

    private static final int LONGEST_PASSWORD = 64 * 1024;

    @Parameters(
            arity = "0..1",
            paramLabel = "SERVER",
            description = "Registry, as images name it; without, that of images that name none")
    private String server = "";

    @Option(
            names = {"-u", "--username"},
            required = true,
            paramLabel = "USER",
            description = "User of the registry")
    private String user;

    @Option(names = "--password-stdin", description = "Take the password from standard input instead of asking")
    private boolean passwordStdin;

    @Secret
    @Option(
            names = {"-p", "--password"},
            hidden = true,
            paramLabel = "PASSWORD",
            description = "What does not belong into a line")
    private List<String> typed = List.of();

    private final Control control;
    private CommandSpec command;

    @Activate
    public Login(@Reference Control control) {
        this.control = control;
    }

    @Spec
    void command(CommandSpec spec) {
        command = spec;
    }

    @Override
    public Outcome run(Session session) throws InterruptedException {
        if (!typed.isEmpty()) {
            throw new ParameterException(
                    command.commandLine(),
                    "the password does not belong into the line: it is asked for, or read with --password-stdin");
        }
        RegistryName registry = RegistryName.of(server);
        RegistryCredentials given = new RegistryCredentials(registry.server(), user, password(session), "");
        Optional<RegistryCredentials> verified = control.images().verify(given);
        control.registries().login(registry.key(), json(verified.orElse(given)));
        if (verified.isEmpty()) {
            session.err().println("warning: the runtime of this node knows no registries: the login was not checked");
        }
        return Outcome.text("Login Succeeded");
    }

    private String password(Session session) throws InterruptedException {
        String password = passwordStdin
                ? new String(session.read("-", LONGEST_PASSWORD), StandardCharsets.UTF_8).replaceFirst("\\r?\\n\\z", "")
                : session.secret("Password: ");
        if (password.isEmpty()) {
            throw SkepException.user("PASSWORD_MISSING", "the password is empty", "");
        }
        return password;
    }

    /** As the X-Registry-Auth header has it. */
    private static String json(RegistryCredentials credentials) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (credentials.identityToken().isEmpty()) {
            fields.put("username", credentials.user());
            fields.put("password", credentials.password());
        } else {
            fields.put("identitytoken", credentials.identityToken());
        }
        fields.put("serveraddress", credentials.server());
        return Json.compact(fields);
    }
}
