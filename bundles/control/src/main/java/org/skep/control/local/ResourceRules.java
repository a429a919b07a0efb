package org.skep.control.local;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.skep.api.SkepException;
import org.skep.protocol.GenericResource;
import org.skep.protocol.ResourceRequirements;
import org.skep.protocol.Resources;

/** What tasks may reserve, and what they may be limited to. */
final class ResourceRules {

    private static final String CODE = "INVALID_RESOURCES";
    private static final long MIN_NANO_CPUS = 1_000_000;
    private static final long MIN_MEMORY = 4L << 20;
    private static final Pattern KIND = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}");

    private ResourceRules() {}

    static void check(ResourceRequirements requirements) {
        Resources limits = requirements.getLimits();
        Resources reservations = requirements.getReservations();
        checkAmounts("limit", limits);
        checkAmounts("reservation", reservations);
        if (limits.getNanoCpus() != 0 && reservations.getNanoCpus() > limits.getNanoCpus()) {
            throw overLimit("CPU", cpus(reservations.getNanoCpus()), cpus(limits.getNanoCpus()));
        }
        if (limits.getMemoryBytes() != 0 && reservations.getMemoryBytes() > limits.getMemoryBytes()) {
            throw overLimit("memory", bytes(reservations.getMemoryBytes()), bytes(limits.getMemoryBytes()));
        }
        if (limits.getGenericCount() > 0) {
            throw invalid(
                    "generic resource " + kind(limits.getGeneric(0)) + " cannot be limited", "it can be reserved only");
        }
        checkGeneric(reservations.getGenericList());
        checkSwap(requirements);
    }

    private static void checkAmounts(String what, Resources resources) {
        if (resources.getNanoCpus() != 0 && resources.getNanoCpus() < MIN_NANO_CPUS) {
            throw invalid("CPU " + what + " " + cpus(resources.getNanoCpus()) + " is too small", "at least 0.001 CPUs");
        }
        if (resources.getMemoryBytes() != 0 && resources.getMemoryBytes() < MIN_MEMORY) {
            throw invalid(
                    "memory " + what + " of " + bytes(resources.getMemoryBytes()) + " is too small", "at least 4 MiB");
        }
    }

    /** Tasks ask for numbers; which ones of named resources they get is up to the swarm. */
    private static void checkGeneric(List<GenericResource> resources) {
        Set<String> kinds = new HashSet<>();
        for (GenericResource resource : resources) {
            String kind = kind(resource);
            if (!resource.hasDiscreteResourceSpec()) {
                throw invalid(
                        "generic resource " + Shown.of(kind) + " cannot be asked for by name",
                        "ask for a number of it");
            }
            if (!KIND.matcher(kind).matches()) {
                throw invalid(
                        "\"" + Shown.of(kind) + "\" is not a kind of generic resource",
                        "at most 63 letters, digits, -, _ and ., beginning with a letter or digit");
            }
            long number = resource.getDiscreteResourceSpec().getValue();
            if (number < 1) {
                throw invalid("generic resource " + kind + "=" + number + " asks for nothing", "at least 1");
            }
            if (!kinds.add(kind)) {
                throw invalid("generic resource " + kind + " is given twice", "give each kind once");
            }
        }
    }

    private static String kind(GenericResource resource) {
        return resource.hasNamedResourceSpec()
                ? resource.getNamedResourceSpec().getKind()
                : resource.getDiscreteResourceSpec().getKind();
    }

    private static void checkSwap(ResourceRequirements requirements) {
        if (requirements.hasSwapBytes()) {
            long swap = requirements.getSwapBytes().getValue();
            if (swap < -1) {
                throw invalid("swap memory of " + bytes(swap) + " is negative", "0 or more, or -1 for unlimited");
            }
            if (requirements.getLimits().getMemoryBytes() == 0) {
                throw invalid("swap memory is limited, but memory is not", "limit memory, too");
            }
        }
        long swappiness = requirements.getMemorySwappiness().getValue();
        if (swappiness < -1 || swappiness > 100) {
            throw invalid("memory swappiness " + swappiness + " is out of range", "from 0 to 100, or -1 for none");
        }
    }

    private static SkepException overLimit(String what, String reservation, String limit) {
        return invalid(
                what + " reservation of " + reservation + " is greater than the limit of " + limit,
                "reserve at most the limit");
    }

    private static String cpus(long nanos) {
        return BigDecimal.valueOf(nanos, 9).stripTrailingZeros().toPlainString();
    }

    private static String bytes(long bytes) {
        return bytes + " bytes";
    }

    private static SkepException invalid(String message, String hint) {
        return SkepException.user(CODE, message, hint);
    }
}
