package org.skep.launcher;

import java.util.ArrayList;
import java.util.List;
import org.skep.api.runtime.GenericResource;

/** What this host has for tasks, as {@code KIND=AMOUNT} or, for each piece that has a name, {@code KIND=NAME}. */
final class GenericResources {

    private static final String AMOUNT = "[0-9]{1,18}";

    private final List<GenericResource> all = new ArrayList<>();

    void add(Setting setting) {
        int equals = setting.value().indexOf('=');
        String kind = equals < 0 ? "" : setting.value().substring(0, equals);
        String value = setting.value().substring(equals + 1);
        if (!kind.matches("[A-Za-z0-9_.-]+") || value.isBlank() || !value.equals(value.strip())) {
            throw setting.bad("is not of the form kind=name or kind=amount");
        }
        boolean counted = value.matches(AMOUNT);
        for (GenericResource other : all) {
            if (other.kind().equals(kind)
                    && (counted || other.name().isEmpty() || other.name().equals(value))) {
                throw setting.bad("does not go together with another value for " + kind
                        + " (give one amount, or a name for each piece)");
            }
        }
        all.add(counted ? GenericResource.discrete(kind, Long.parseLong(value)) : GenericResource.named(kind, value));
    }

    List<GenericResource> all() {
        return List.copyOf(all);
    }
}
