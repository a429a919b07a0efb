package org.skep.control.local;

import static org.skep.control.local.Rows.bad;
import static org.skep.control.local.Rows.resources;

import com.google.protobuf.Int64Value;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.skep.protocol.DiscreteGenericResource;
import org.skep.protocol.GenericResource;
import org.skep.protocol.NamedGenericResource;
import org.skep.protocol.ServiceSpec;

class ResourceRulesTest {

    static Stream<Arguments> refused() {
        return Stream.of(
                bad("little CPU", "INVALID_RESOURCES", "0.000999999 is too small (at least 0.001", s -> resources(s)
                        .getLimitsBuilder()
                        .setNanoCpus(999_999)),
                bad("negative CPU", "INVALID_RESOURCES", "CPU reservation", s -> resources(s)
                        .getReservationsBuilder()
                        .setNanoCpus(-1)),
                bad("little memory", "INVALID_RESOURCES", "4194303 bytes is too small (at least 4 MiB", s -> resources(
                                s)
                        .getReservationsBuilder()
                        .setMemoryBytes(4_194_303)),
                bad("CPU reservation over limit", "INVALID_RESOURCES", "2 is greater than the limit of 1.5", s -> {
                    resources(s).getLimitsBuilder().setNanoCpus(1_500_000_000);
                    resources(s).getReservationsBuilder().setNanoCpus(2_000_000_000);
                }),
                bad("memory reservation over limit", "INVALID_RESOURCES", "6000000 bytes is greater", s -> {
                    resources(s).getLimitsBuilder().setMemoryBytes(5_000_000);
                    resources(s).getReservationsBuilder().setMemoryBytes(6_000_000);
                }),
                bad("generic limit", "INVALID_RESOURCES", "gpu cannot be limited", s -> resources(s)
                        .getLimitsBuilder()
                        .addGeneric(number("gpu", 1))),
                bad("generic by name", "INVALID_RESOURCES", "gpu cannot be asked for by name", s -> resources(s)
                        .getReservationsBuilder()
                        .addGeneric(GenericResource.newBuilder()
                                .setNamedResourceSpec(NamedGenericResource.newBuilder()
                                        .setKind("gpu")
                                        .setValue("a")))),
                bad("generic of nothing", "INVALID_RESOURCES", "cannot be asked for by name", s -> resources(s)
                        .getReservationsBuilder()
                        .addGeneric(GenericResource.getDefaultInstance())),
                bad("generic of no kind", "INVALID_RESOURCES", "\"\" is not a kind", s -> resources(s)
                        .getReservationsBuilder()
                        .addGeneric(number("", 1))),
                bad("generic of a bad kind", "INVALID_RESOURCES", "g pu", s -> resources(s)
                        .getReservationsBuilder()
                        .addGeneric(number("g pu", 1))),
                bad("no generic", "INVALID_RESOURCES", "gpu=0 asks for nothing (at least 1", s -> resources(s)
                        .getReservationsBuilder()
                        .addGeneric(number("gpu", 0))),
                bad("negative generic", "INVALID_RESOURCES", "gpu=-1", s -> resources(s)
                        .getReservationsBuilder()
                        .addGeneric(number("gpu", -1))),
                bad("generic twice", "INVALID_RESOURCES", "gpu is given twice", s -> resources(s)
                        .getReservationsBuilder()
                        .addGeneric(number("gpu", 1))
                        .addGeneric(number("gpu", 2))),
                bad("swap without memory", "INVALID_RESOURCES", "limit memory, too", s -> resources(s)
                        .setSwapBytes(Int64Value.of(1))),
                bad("negative swap", "INVALID_RESOURCES", "-2 bytes", s -> resources(s)
                        .setSwapBytes(Int64Value.of(-2))),
                bad("swappiness", "INVALID_RESOURCES", "101 is out of range (from 0 to 100", s -> resources(s)
                        .setMemorySwappiness(Int64Value.of(101))),
                bad("negative swappiness", "INVALID_RESOURCES", "-2", s -> resources(s)
                        .setMemorySwappiness(Int64Value.of(-2))),
                bad("processes", "INVALID_RESOURCES", "-1 is negative", s -> Rows.container(s)
                        .setPidsLimit(-1)));
    }

    @ParameterizedTest
    @MethodSource
    void refused(String code, String fragment, Consumer<ServiceSpec.Builder> change) {
        Rows.assertRefused(code, fragment, change);
    }

    @Test
    void acceptsAllThatThereIs() {
        ServiceSpec.Builder spec = Manager.spec("web").toBuilder();
        resources(spec).setSwapBytes(Int64Value.of(-1)).setMemorySwappiness(Int64Value.of(0));
        resources(spec).getLimitsBuilder().setMemoryBytes(64 << 20).setNanoCpus(1_000_000);
        resources(spec)
                .getReservationsBuilder()
                .setMemoryBytes(64 << 20)
                .addGeneric(number("gpu", 2))
                .addGeneric(number("ssd.fast-1", 1));

        ServiceRules.check(spec.build());
    }

    private static GenericResource.Builder number(String kind, long value) {
        return GenericResource.newBuilder()
                .setDiscreteResourceSpec(
                        DiscreteGenericResource.newBuilder().setKind(kind).setValue(value));
    }
}
