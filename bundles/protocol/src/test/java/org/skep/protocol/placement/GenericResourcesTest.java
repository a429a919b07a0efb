package org.skep.protocol.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.skep.protocol.DiscreteGenericResource;
import org.skep.protocol.GenericResource;
import org.skep.protocol.NamedGenericResource;

class GenericResourcesTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "ssd=4              | ssd=4        | true",
                "ssd=4              | ssd=5        | false",
                "ssd=4              | ssd=2 ssd=2  | true",
                "ssd=4              | ssd=2 ssd=3  | false",
                "ssd=4              | gpu=1        | false",
                "-                  | gpu=1        | false",
                "-                  | -            | true",
                "ssd=1              | -            | true",
                "gpu:a gpu:b        | gpu=2        | true",
                "gpu:a gpu:b        | gpu=3        | false",
                "gpu:a gpu:b ssd=1  | gpu=1 ssd=1  | true",
                "gpu:a gpu:b ssd=1  | gpu=1 ssd=2  | false",
                "gpu:a              | gpu:a        | false",
            })
    void whatIsFreeFits(String node, String wanted, boolean fits) {
        assertThat(new GenericResources(list(node)).fits(list(wanted))).isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ssd=4                   | ssd=3              | ssd=3                   | ssd=1",
                "gpu:a gpu:b gpu:c       | gpu=1              | gpu:a                   | gpu=2",
                "gpu:c gpu:a gpu:b       | gpu=2              | gpu:c gpu:a             | gpu=1",
                "gpu:a gpu:b gpu:c       | gpu=1 gpu=2        | gpu:a gpu:b gpu:c       | gpu=0",
                "gpu:a fpga:x ssd=2      | ssd=1 fpga=1 gpu=1 | ssd=1 fpga:x gpu:a      | ssd=1",
            })
    void namesAreTakenInTheOrderOfTheList(String node, String wanted, String expected, String left) {
        GenericResources resources = new GenericResources(list(node));

        List<GenericResource> chosen = resources.choose(list(wanted));
        resources.take(chosen);

        assertThat(chosen).isEqualTo(list(expected));
        DiscreteGenericResource rest = list(left).get(0).getDiscreteResourceSpec();
        assertThat(resources.free(rest.getKind())).isEqualTo(rest.getValue());
    }

    @Test
    void whatIsGivenBackIsFreeInItsOldPlace() {
        GenericResources resources = new GenericResources(list("gpu:a gpu:b gpu:c ssd=2"));
        resources.take(list("gpu:a ssd=2"));
        resources.take(list("gpu:b"));
        resources.giveBack(list("gpu:a ssd=2"));

        assertThat(resources.choose(list("gpu=2 ssd=1"))).isEqualTo(list("gpu:a gpu:c ssd=1"));
    }

    @Test
    void whatDoesNotFitCannotBeChosen() {
        GenericResources resources = new GenericResources(list("ssd=4 gpu:a"));

        assertThatThrownBy(() -> resources.choose(list("ssd=1 gpu=2"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesTheNodeHasLostAreNobodys() {
        GenericResources resources = new GenericResources(list("gpu:a"));
        resources.take(list("gpu:b fpga:x"));
        resources.giveBack(list("gpu:b fpga:x"));

        assertThat(resources.free("gpu")).isEqualTo(1);
        assertThat(resources.free("fpga")).isZero();
    }

    @Test
    void anAmountTheNodeHasLostIsOwed() {
        GenericResources resources = new GenericResources(list("ssd=1"));
        resources.take(list("ssd=3"));

        assertThat(resources.free("ssd")).isEqualTo(-2);
    }

    private static List<GenericResource> list(String words) {
        return words == null
                ? List.of()
                : Arrays.stream(words.strip().split(" "))
                        .map(GenericResourcesTest::resource)
                        .collect(Collectors.toList());
    }

    private static GenericResource resource(String word) {
        String[] parts = word.split("[=:]");
        return word.contains("=")
                ? GenericResource.newBuilder()
                        .setDiscreteResourceSpec(DiscreteGenericResource.newBuilder()
                                .setKind(parts[0])
                                .setValue(Long.parseLong(parts[1])))
                        .build()
                : GenericResource.newBuilder()
                        .setNamedResourceSpec(NamedGenericResource.newBuilder()
                                .setKind(parts[0])
                                .setValue(parts[1]))
                        .build();
    }
}
