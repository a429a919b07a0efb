package org.skep.api.volume;

import java.util.Map;

/** A volume and the options it was created with. */
public record VolumeDescription(String name, Map<String, String> options) {
    public VolumeDescription {
        options = Map.copyOf(options);
    }
}
