package org.skep.api.runtime;

/**
 * Something that a host has, and tasks ask for: {@code amount} pieces that are all the same, or one that has a name.
 *
 * @param kind such as {@code gpu}
 * @param name empty if it has none
 */
public record GenericResource(String kind, String name, long amount) {

    public static GenericResource named(String kind, String name) {
        return new GenericResource(kind, name, 1);
    }

    public static GenericResource discrete(String kind, long amount) {
        return new GenericResource(kind, "", amount);
    }
}
