package org.skep.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class IdsTest {

    @Test
    void idsHave25CharactersAndDiffer() {
        var ids = Stream.generate(Ids::random).limit(10_000).collect(Collectors.toSet());

        assertThat(ids).hasSize(10_000).allMatch(id -> id.matches("[0-9a-z]{25}"));
    }
}
