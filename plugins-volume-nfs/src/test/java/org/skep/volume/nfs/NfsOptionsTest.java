package org.skep.volume.nfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.skep.api.SkepException;

class NfsOptionsTest {

    private static final Map<String, String> GOOD = Map.of("server", "nas", "path", "/export");

    @ParameterizedTest
    @CsvSource({
        "nas,               nas:/export",
        "nas.example.test,  nas.example.test:/export",
        "10.0.0.1,          10.0.0.1:/export",
        "2001:db8::1,       [2001:db8::1]:/export",
        "n-1.2x,            n-1.2x:/export",
    })
    void acceptsHosts(String server, String source) {
        assertThat(NfsOptions.of(with("server", server)).source()).isEqualTo(source);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-nas",
                "nas-",
                "na s",
                "nas/1",
                "nas,soft",
                "nas;id",
                "1.2.3",
                "1.2.3.256",
                "1.2.3.4.5",
                "::zz",
                "[::1]",
                "a..b",
                "nas:",
                "$(id)",
                "nás",
                "a_b"
            })
    void refusesWhatIsNoHost(String server) {
        assertThatThrownBy(() -> NfsOptions.of(with("server", server)))
                .isInstanceOf(SkepException.class)
                .hasMessage("invalid server '" + server + "' for volume driver nfs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"export", "../export", "/a/../b", "/a\nb"})
    void refusesWhatIsNoPath(String path) {
        assertThatThrownBy(() -> NfsOptions.of(with("path", path)))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("invalid path")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"server", "path"})
    void namesWhatIsMissing(String key) {
        Map<String, String> options = new HashMap<>(GOOD);
        options.remove(key);
        assertThatThrownBy(() -> NfsOptions.of(options))
                .isInstanceOf(SkepException.class)
                .hasMessage("volume driver nfs needs the option '" + key + "'");
        assertThatThrownBy(() -> NfsOptions.of(with(key, " "))).isInstanceOf(SkepException.class);
    }

    @Test
    void namesWhatItDoesNotKnow() {
        assertThatThrownBy(() -> NfsOptions.of(with("sever", "nas")))
                .isInstanceOf(SkepException.class)
                .hasMessage("volume driver nfs has no option 'sever'");
    }

    @Test
    void handsVersionAndOptionsToMount() {
        assertThat(NfsOptions.of(Map.of(
                                "server", "nas", "path", "/", "version", "4.2", "options", "soft,timeo=50,retry=1"))
                        .mountOptions())
                .containsExactly("vers=4.2", "soft", "timeo=50", "retry=1");
        assertThat(NfsOptions.of(GOOD).mountOptions()).containsExactly("retry=0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "version | 5",
                "version | four",
                "options | soft,,hard",
                "options | a b",
                "options | x=$(id)",
                "options | -o",
                "options | soft,"
            })
    void refusesBadMountOptions(String key, String value) {
        assertThatThrownBy(() -> NfsOptions.of(with(key, value)))
                .isInstanceOf(SkepException.class)
                .hasMessageContaining("invalid " + key + " '" + value + "'");
    }

    @Test
    void refusesTwoVersions() {
        Map<String, String> options = new HashMap<>(with("version", "3"));
        options.put("options", "nfsvers=4");
        assertThatThrownBy(() -> NfsOptions.of(options)).isInstanceOf(SkepException.class);
    }

    private static Map<String, String> with(String key, String value) {
        Map<String, String> options = new HashMap<>(GOOD);
        options.put(key, value);
        return options;
    }
}
