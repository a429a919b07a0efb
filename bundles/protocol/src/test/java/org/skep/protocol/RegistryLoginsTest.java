package org.skep.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegistryLoginsTest {

    @ParameterizedTest
    @CsvSource({
        "web,default",
        "library/web:1,default",
        "example.com/web,example.com",
        "localhost/web,localhost",
        "10.0.0.1:5000/a/b:1,10.0.0.1:5000",
        "Host/web,Host"
    })
    void findTheRegistryOfAnImage(String image, String registry) {
        assertEquals(registry, RegistryLogins.registryOf(image));
    }

    @Test
    void areNamedAsNoSecretOfAUserCanBe() {
        assertEquals("registry:example.com", RegistryLogins.secretName("example.com"));
    }
}
