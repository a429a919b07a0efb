package org.skep.control;

import java.util.List;
import org.skep.protocol.Config;
import org.skep.protocol.ConfigSpec;

/** Configs: small named files for services. References are a full ID, an exact name, or a unique prefix of an ID. */
public interface Configs {

    List<Config> list();

    Config get(String reference);

    Config create(ConfigSpec spec);

    void remove(String reference);
}
