package org.skep.shell.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.List;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;
import org.skep.api.command.Role;
import org.skep.shell.keys.KeyFiles;

class FileUsersTest {

    @TempDir
    Path directory;

    private FileUsers users;
    private KeyPair pair;
    private String line;

    @BeforeEach
    void make() throws Exception {
        users = new FileUsers(directory.resolve("users"));
        pair = KeyFiles.loadOrCreate(directory.resolve("key"), "anna@home");
        line = Files.readString(directory.resolve("key.pub"));
    }

    private static KeyPair generate(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    @Test
    void remembersUsersAndKeysInFiles() throws Exception {
        users.add("anna", Role.OPERATOR);
        UserKey key = users.addKey("anna", line);
        assertThat(key.comment()).isEqualTo("anna@home");
        assertThat(users.list()).containsExactly(new User("anna", Role.OPERATOR, List.of(key)));
        assertThat(users.accepts("anna", pair.getPublic())).isTrue();
        assertThat(users.accepts("anna", generate("RSA", 2048).getPublic())).isFalse();
        assertThat(new FileUsers(directory.resolve("users")).list()).isEqualTo(users.list());
        Path file = directory.resolve("users/anna/authorized_keys");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");

        users.removeKey("anna", key.fingerprint());
        assertThat(users.accepts("anna", pair.getPublic())).isFalse();
        users.setRole("anna", Role.ADMIN);
        assertThat(users.role("anna")).contains(Role.ADMIN);
        users.remove("anna");
        assertThat(users.list()).isEmpty();
        assertThat(directory.resolve("users")).isEmptyDirectory();
    }

    @Test
    void takesTheKindsOfKeysThatAreSafe() throws Exception {
        users.add("anna", Role.VIEWER);
        for (KeyPair good : List.of(generate("RSA", 2048), generate("EC", 256), generate("EC", 521), pair)) {
            users.addKey("anna", PublicKeyEntry.toString(good.getPublic()));
            assertThat(users.accepts("anna", good.getPublic())).isTrue();
        }
        String weak = PublicKeyEntry.toString(generate("RSA", 1024).getPublic());
        assertThatThrownBy(() -> users.addKey("anna", weak)).hasMessageContaining("only 1024 bits");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " => ",
            quoteCharacter = '`',
            value = {
                "hello => not a public key",
                "`` => no key in it",
                "# comment => no key in it",
                "ssh-ed25519 => not a public key",
                "ssh-ed25519 AAAA => damaged",
                "ssh-ed25519 !!!! => not a public key",
                "ssh-dss AAAAB3NzaC1kc3MAAACBAP => not accepted",
                "-----BEGIN OPENSSH PRIVATE KEY----- => private key",
            })
    void refusesWhatIsNoKey(String text, String message) {
        users.add("anna", Role.VIEWER);
        assertThatThrownBy(() -> users.addKey("anna", text))
                .isInstanceOfSatisfying(
                        SkepException.class,
                        e -> assertThat(e.line()).contains(message).hasLineCount(1));
        assertThat(users.list().get(0).keys()).isEmpty();
    }

    @Test
    void refusesOptionsItWouldNotHonour() {
        users.add("anna", Role.VIEWER);
        assertThatThrownBy(() -> users.addKey("anna", "from=\"10.0.0.1\" " + line))
                .hasMessageContaining("'from' are not supported");
    }

    @Test
    void ignoresBadLinesThatSomeoneWroteByHand() throws Exception {
        users.add("anna", Role.VIEWER);
        Files.writeString(directory.resolve("users/anna/authorized_keys"), "# mine\nrubbish\n" + line);
        assertThat(users.accepts("anna", pair.getPublic())).isTrue();
        Files.writeString(directory.resolve("users/anna/role"), "king\n");
        assertThat(users.accepts("anna", pair.getPublic())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", ".", "../x", "a/b", "-x", "a b", "local", "a\nb", "ünï"})
    void refusesNamesThatAreNone(String name) {
        assertThatThrownBy(() -> users.add(name, Role.VIEWER)).isInstanceOf(SkepException.class);
        assertThat(users.accepts(name, pair.getPublic())).isFalse();
    }

    @Test
    void refusesDoublesAndStrangers() {
        users.add("anna", Role.VIEWER);
        assertThatThrownBy(() -> users.add("anna", Role.ADMIN)).hasMessageContaining("exists already");
        users.addKey("anna", line);
        assertThatThrownBy(() -> users.addKey("anna", line)).hasMessageContaining("already");
        assertThatThrownBy(() -> users.addKey("bert", line)).hasMessageContaining("no user 'bert'");
        assertThatThrownBy(() -> users.remove("bert")).hasMessageContaining("no user 'bert'");
        assertThatThrownBy(() -> users.removeKey("anna", "SHA256:nope")).hasMessageContaining("no key");
    }
}
