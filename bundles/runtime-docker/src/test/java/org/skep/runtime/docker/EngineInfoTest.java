package org.skep.runtime.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.skep.api.runtime.GenericResource;
import org.skep.api.runtime.RuntimeInfo;

class EngineInfoTest {

    @Test
    void readsWhatAnEngineSaysOfItsHost() throws Exception {
        String answer = """
                {"ServerVersion":"27.1","OSType":"linux","Architecture":"x86_64","NCPU":2,"MemTotal":4096,
                 "Plugins":{"Log":["json-file","gelf"],"Volume":["local"]},
                 "GenericResources":[{"NamedResourceSpec":{"Kind":"gpu","Value":"a"}},
                                     {"DiscreteResourceSpec":{"Kind":"ssd","Value":3}}]}""";
        assertThat(new EngineInfo(new ObjectMapper().readTree(answer)).read())
                .isEqualTo(new RuntimeInfo(
                        "27.1",
                        "linux",
                        "x86_64",
                        2_000_000_000L,
                        4096,
                        List.of("json-file", "gelf"),
                        List.of(GenericResource.named("gpu", "a"), GenericResource.discrete("ssd", 3))));
    }
}
