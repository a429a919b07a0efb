package org.skep.shell.commands.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.skep.api.SkepException;
import org.skep.api.command.Role;
import org.skep.api.command.ShellCommand;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Lines;
import org.skep.shell.keys.KeyFiles;
import org.skep.shell.users.FileUsers;

class UserCommandsTest {

    @TempDir
    Path directory;

    private FileUsers users;
    private String key;

    @BeforeEach
    void make() throws Exception {
        users = new FileUsers(directory.resolve("users"));
        KeyFiles.loadOrCreate(directory.resolve("key"), "anna@home");
        key = Files.readString(directory.resolve("key.pub")).strip();
    }

    private String run(ShellCommand command, String... words) {
        FakeSession session =
                new FakeSession().file("key.pub", key + "\n# none\n").file("empty", "");
        return Lines.print(Lines.run(command, session, words));
    }

    @Test
    void aUserComesWithAKeyAndGoes() {
        assertThat(run(new UserAdd(users), "anna", "--role", "operator", "--key", key))
                .isEqualTo("anna");
        assertThat(users.role("anna")).contains(Role.OPERATOR);
        assertThat(run(new UserLs(users))).contains("anna", "operator", "1");
        assertThat(run(new UserKeyLs(users), "anna")).contains("SHA256:", "ssh-ed25519", "anna@home");
        assertThat(run(new UserUpdate(users), "--role", "admin", "anna")).isEqualTo("anna");
        assertThat(users.role("anna")).contains(Role.ADMIN);
        assertThat(run(new UserKeyRm(users), "anna", "anna@home")).isEqualTo("anna@home");
        assertThat(run(new UserRm(users), "anna", "bert"))
                .isEqualTo("anna\nError: there is no user 'bert' (see 'user ls')");
        assertThat(users.list()).isEmpty();
    }

    @Test
    void aKeyIsALineItsWordsOrAFile() {
        users.add("anna", Role.VIEWER);
        assertThat(run(new UserKeyAdd(users), ("anna " + key).split(" "))).startsWith("SHA256:");
        users.add("bert", Role.VIEWER);
        assertThat(run(new UserKeyAdd(users), "bert", "key.pub")).startsWith("SHA256:");
        assertThatThrownBy(() -> run(new UserKeyAdd(users), "bert", "empty")).hasMessageContaining("no key in empty");
        assertThatThrownBy(() -> run(new UserKeyAdd(users), "bert", "two", "words"))
                .hasMessageContaining("neither a public key nor one file");
    }

    @Test
    void nobodyIsAddedWithAKeyThatIsNone() {
        assertThatThrownBy(() -> run(new UserAdd(users), "anna", "--key", "ssh-ed25519 AAAA"))
                .isInstanceOf(SkepException.class);
        assertThat(users.list()).isEmpty();
        assertThatThrownBy(() -> run(new UserAdd(users), "anna", "--role", "king"))
                .hasRootCauseMessage("'king' is not a role");
    }
}
