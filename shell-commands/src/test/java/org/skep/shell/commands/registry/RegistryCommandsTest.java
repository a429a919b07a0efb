package org.skep.shell.commands.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.api.SkepException;
import org.skep.shell.commands.testing.FakeControl;
import org.skep.shell.commands.testing.FakeSession;
import org.skep.shell.commands.testing.Lines;
import picocli.CommandLine.ParameterException;

/** {@code login} and {@code logout}. */
class RegistryCommandsTest {

    private final FakeControl control = new FakeControl();
    private final FakeSession session = new FakeSession();

    @Test
    void loginAsksForThePasswordAndKeepsWhatTheRegistryAccepts() {
        control.registries.checks = true;
        session.typing("top\"secret");
        assertThat(Lines.print(Lines.run(new Login(control), session, "-u", "anna", "https://example.com:5000/v1/")))
                .isEqualTo("Login Succeeded");
        assertThat(control.registries.logins)
                .containsEntry(
                        "example.com:5000",
                        "{\"username\":\"anna\",\"password\":\"top\\\"secret\",\"serveraddress\":\"example.com:5000\"}");
        assertThat(session.warned()).isEmpty();
    }

    @Test
    void loginSaysThatNobodyCheckedIt() {
        session.file("-", "pw\n");
        Lines.run(new Login(control), session, "-u", "anna", "--password-stdin");
        assertThat(control.registries.logins)
                .containsEntry("default", "{\"username\":\"anna\",\"password\":\"pw\",\"serveraddress\":\"\"}");
        assertThat(session.warned()).contains("was not checked");
    }

    @Test
    void loginKeepsNothingThatTheRegistryRefuses() {
        control.registries.failure =
                Optional.of(SkepException.user("LOGIN_REFUSED", "the registry refuses the login", ""));
        session.typing("wrong");
        assertThatThrownBy(() -> Lines.run(new Login(control), session, "-u", "anna", "example.com"))
                .hasMessage("the registry refuses the login");
        assertThat(control.registries.logins).isEmpty();
    }

    @Test
    void loginTakesNoPasswordFromTheLine() {
        assertThatThrownBy(() -> Lines.run(new Login(control), session, "-u", "anna", "-p", "hidden"))
                .isInstanceOf(ParameterException.class)
                .hasMessageContaining("does not belong into the line")
                .hasMessageNotContaining("hidden");
    }

    @ParameterizedTest
    @CsvSource({"a b", "-x-", "ex_ample.com", "example.com:port"})
    void loginNamesWhatIsNoRegistry(String server) {
        assertThatThrownBy(() -> Lines.run(new Login(control), session, "-u", "anna", "--", server))
                .isInstanceOf(SkepException.class)
                .hasMessage("\"" + server + "\" is not a registry");
    }

    @Test
    void logoutForgets() {
        control.registries.logins.put("example.com", "{}");
        assertThat(Lines.print(Lines.run(new Logout(control), session, "example.com")))
                .isEqualTo("Removed the login to example.com");
        assertThatThrownBy(() -> Lines.run(new Logout(control), session, "example.com"))
                .hasMessage("the swarm is not logged in to example.com");
    }
}
