package org.skep.shell.users;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.SkepException;
import org.skep.api.command.Role;
import org.skep.api.file.DirectoryTree;
import org.skep.api.file.DurableFile;
import org.skep.api.file.IoReasons;
import org.skep.api.node.NodeConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Users as files: {@code users/NAME/role} and {@code users/NAME/authorized_keys}. They can be edited by hand. */
@Component(service = {Users.class, FileUsers.class})
public final class FileUsers implements Users {

    /** The daemon's own client, who is no file. */
    public static final String LOCAL = "local";

    private static final Logger LOG = LoggerFactory.getLogger(FileUsers.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}");
    private static final String ROLE = "role";
    private static final String KEYS = "authorized_keys";

    private final Path directory;

    @Activate
    public FileUsers(@Reference NodeConfig config) {
        this(config.stateDir().resolve("users"));
    }

    public FileUsers(Path directory) {
        this.directory = directory;
    }

    @Override
    public List<User> list() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(path -> path.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .map(this::find)
                    .flatMap(Optional::stream)
                    .sorted(Comparator.comparing(User::name))
                    .toList();
        } catch (IOException e) {
            throw failed("read the users", e);
        }
    }

    /** The role of a user at this moment; empty for someone who is no user. */
    public Optional<Role> role(String name) {
        if (!NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        Path file = directory.resolve(name).resolve(ROLE);
        try {
            String text = Files.readString(file).strip();
            return Stream.of(Role.values())
                    .filter(role -> role.name().equalsIgnoreCase(text))
                    .findFirst()
                    .or(() -> {
                        LOG.warn("{} holds no role, but '{}'", file, text);
                        return Optional.empty();
                    });
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("cannot read {}: {}", file, e.toString());
            return Optional.empty();
        }
    }

    /** Whether this key opens a session for that user. */
    public boolean accepts(String name, PublicKey key) {
        return role(name).isPresent()
                && keys(name).stream().anyMatch(known -> KeyUtils.compareKeys(known.publicKey(), key));
    }

    private Optional<User> find(String name) {
        return role(name)
                .map(role -> new User(
                        name, role, keys(name).stream().map(AuthorizedKey::key).toList()));
    }

    private List<AuthorizedKey> keys(String name) {
        List<AuthorizedKey> keys = new ArrayList<>();
        for (String line : lines(name)) {
            try {
                AuthorizedKey.parse(line).ifPresent(keys::add);
            } catch (SkepException e) {
                LOG.warn("a key of user {} is ignored: {}", name, e.line());
            }
        }
        return keys;
    }

    private List<String> lines(String name) {
        try {
            return Files.readAllLines(directory.resolve(name).resolve(KEYS), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            LOG.warn("cannot read the keys of user {}: {}", name, e.toString());
            return List.of();
        }
    }

    @Override
    public synchronized void add(String name, Role role) {
        Objects.requireNonNull(role);
        if (name.equals(LOCAL)) {
            throw SkepException.user("USER_NAME_TAKEN", "the name 'local' belongs to the daemon's own client", "");
        }
        if (!NAME.matcher(name).matches()) {
            throw SkepException.user(
                    "USER_NAME_INVALID",
                    "'" + name + "' is not a user name",
                    "letters, digits, '_', '.' and '-', at most 32, starting with a letter, digit or '_'");
        }
        Path home = directory.resolve(name);
        if (Files.exists(home)) {
            throw SkepException.user("USER_NAME_TAKEN", "user '" + name + "' exists already", "");
        }
        Path half = null;
        try {
            Files.createDirectories(directory);
            half = Files.createTempDirectory(directory, ".new-");
            write(half.resolve(ROLE), roleText(role));
            write(half.resolve(KEYS), "");
            Files.move(half, home, StandardCopyOption.ATOMIC_MOVE);
            DurableFile.syncDirectory(directory);
        } catch (IOException e) {
            delete(half);
            throw failed("add user '" + name + "'", e);
        }
    }

    @Override
    public synchronized void setRole(String name, Role role) {
        require(name);
        replace(directory.resolve(name).resolve(ROLE), roleText(role));
    }

    @Override
    public synchronized void remove(String name) {
        require(name);
        Path grave = directory.resolve(".removed-" + name + "-" + System.nanoTime());
        try {
            Files.move(directory.resolve(name), grave, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failed("remove user '" + name + "'", e);
        }
        delete(grave);
    }

    @Override
    public synchronized UserKey addKey(String name, String line) {
        require(name);
        AuthorizedKey added = AuthorizedKey.parse(line)
                .orElseThrow(() -> SkepException.user(
                        "KEY_INVALID", "there is no key in it", "give a line such as 'ssh-ed25519 AAAA... me@host'"));
        if (keys(name).stream().anyMatch(known -> KeyUtils.compareKeys(known.publicKey(), added.publicKey()))) {
            throw SkepException.user(
                    "KEY_EXISTS",
                    "user '" + name + "' has the key " + added.key().fingerprint() + " already",
                    "");
        }
        List<String> lines = new ArrayList<>(lines(name));
        lines.add(line.strip());
        replace(directory.resolve(name).resolve(KEYS), String.join("\n", lines) + "\n");
        return added.key();
    }

    @Override
    public synchronized void removeKey(String name, String wanted) {
        require(name);
        List<UserKey> matching = keys(name).stream()
                .map(AuthorizedKey::key)
                .filter(key -> matches(key, wanted))
                .toList();
        if (matching.size() != 1) {
            throw SkepException.user(
                    matching.isEmpty() ? "KEY_UNKNOWN" : "KEY_AMBIGUOUS",
                    "user '" + name + "' has " + (matching.isEmpty() ? "no key" : matching.size() + " keys") + " '"
                            + wanted + "'",
                    "name it by its fingerprint: see 'user key ls " + name + "'");
        }
        String fingerprint = matching.get(0).fingerprint();
        List<String> rest =
                lines(name).stream().filter(line -> !holds(line, fingerprint)).toList();
        replace(directory.resolve(name).resolve(KEYS), rest.isEmpty() ? "" : String.join("\n", rest) + "\n");
    }

    private static boolean matches(UserKey key, String wanted) {
        return key.fingerprint().equals(wanted)
                || key.fingerprint().equals("SHA256:" + wanted)
                || !wanted.isEmpty() && key.comment().equals(wanted);
    }

    private static boolean holds(String line, String fingerprint) {
        try {
            return AuthorizedKey.parse(line)
                    .map(key -> key.key().fingerprint().equals(fingerprint))
                    .orElse(false);
        } catch (SkepException e) {
            return false;
        }
    }

    private void require(String name) {
        if (role(name).isEmpty()) {
            throw SkepException.user("USER_UNKNOWN", "there is no user '" + name + "'", "see 'user ls'");
        }
    }

    private static String roleText(Role role) {
        return role.name().toLowerCase(Locale.ROOT) + "\n";
    }

    private static void replace(Path file, String text) {
        try {
            write(file, text);
        } catch (IOException e) {
            throw failed("write " + file, e);
        }
    }

    private static void write(Path file, String text) throws IOException {
        DurableFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void delete(Path tree) {
        if (tree == null) {
            return;
        }
        try {
            DirectoryTree.delete(tree);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", tree, e.toString());
        }
    }

    private static SkepException failed(String what, IOException e) {
        return SkepException.resource("USERS_UNWRITABLE", "cannot " + what + ": " + IoReasons.of(e), "", e);
    }
}
