package org.skep.protocol.placement;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.skep.protocol.DiscreteGenericResource;
import org.skep.protocol.GenericResource;
import org.skep.protocol.NamedGenericResource;

/**
 * What a node has left of the resources that operators make up: a kind is either an amount ({@code ssd=4}) or a set of
 * names ({@code gpu=a,gpu=b}). Tasks ask for amounts of either; of names they get the first that are free, in the order
 * of the node's list. Not safe for use by several threads at once.
 */
public final class GenericResources {

    private final Map<String, Long> amounts = new HashMap<>();
    /** Whether a name is free, by kind and name. */
    private final Map<String, Map<String, Boolean>> names = new HashMap<>();

    /** @param resources what there is, as a node's description lists it */
    public GenericResources(Collection<GenericResource> resources) {
        for (GenericResource resource : resources) {
            if (resource.hasNamedResourceSpec()) {
                NamedGenericResource named = resource.getNamedResourceSpec();
                names.computeIfAbsent(named.getKind(), kind -> new LinkedHashMap<>())
                        .put(named.getValue(), true);
            } else if (resource.hasDiscreteResourceSpec()) {
                count(resource.getDiscreteResourceSpec(), 1);
            }
        }
    }

    private void count(DiscreteGenericResource amount, int sign) {
        amounts.merge(amount.getKind(), sign * amount.getValue(), Long::sum);
    }

    /** How much of the kind is free; less than nothing if the node has lost what tasks hold. */
    public long free(String kind) {
        Map<String, Boolean> named = names.get(kind);
        return named == null
                ? amounts.getOrDefault(kind, 0L)
                : named.values().stream().filter(free -> free).count();
    }

    /** Whether as much as is wanted is free. Names cannot be asked for: whoever does asks for what no node has. */
    public boolean fits(Collection<GenericResource> wanted) {
        return wanted.stream().allMatch(GenericResource::hasDiscreteResourceSpec)
                && sums(wanted).entrySet().stream().allMatch(sum -> sum.getValue() <= free(sum.getKey()));
    }

    /**
     * What a task would get that wants this: names where the node has names, else amounts. Takes nothing.
     *
     * @throws IllegalArgumentException if it does not fit
     */
    public List<GenericResource> choose(Collection<GenericResource> wanted) {
        if (!fits(wanted)) {
            throw new IllegalArgumentException("more generic resources are wanted than are free");
        }
        List<GenericResource> chosen = new ArrayList<>();
        sums(wanted).forEach((kind, amount) -> {
            Map<String, Boolean> named = names.get(kind);
            if (named == null) {
                chosen.add(discrete(kind, amount));
            } else {
                named.entrySet().stream()
                        .filter(Map.Entry::getValue)
                        .limit(amount)
                        .forEach(name -> chosen.add(named(kind, name.getKey())));
            }
        });
        return chosen;
    }

    /** How much is wanted of each kind, in the order in which they are first named. */
    private static Map<String, Long> sums(Collection<GenericResource> wanted) {
        Map<String, Long> sums = new LinkedHashMap<>();
        for (GenericResource resource : wanted) {
            DiscreteGenericResource amount = resource.getDiscreteResourceSpec();
            sums.merge(amount.getKind(), amount.getValue(), Long::sum);
        }
        return sums;
    }

    private static GenericResource discrete(String kind, long amount) {
        return GenericResource.newBuilder()
                .setDiscreteResourceSpec(
                        DiscreteGenericResource.newBuilder().setKind(kind).setValue(amount))
                .build();
    }

    private static GenericResource named(String kind, String value) {
        return GenericResource.newBuilder()
                .setNamedResourceSpec(
                        NamedGenericResource.newBuilder().setKind(kind).setValue(value))
                .build();
    }

    /** Takes what a task is given. Names that the node no longer has are passed over. */
    public void take(Collection<GenericResource> claimed) {
        mark(claimed, false);
    }

    /** Takes back what a task was given. */
    public void giveBack(Collection<GenericResource> claimed) {
        mark(claimed, true);
    }

    private void mark(Collection<GenericResource> claimed, boolean free) {
        for (GenericResource resource : claimed) {
            if (resource.hasNamedResourceSpec()) {
                NamedGenericResource named = resource.getNamedResourceSpec();
                names.computeIfPresent(named.getKind(), (kind, values) -> {
                    values.replace(named.getValue(), free);
                    return values;
                });
            } else if (resource.hasDiscreteResourceSpec()) {
                count(resource.getDiscreteResourceSpec(), free ? 1 : -1);
            }
        }
    }
}
