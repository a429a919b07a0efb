package org.skep.control;

import java.util.List;
import org.skep.protocol.Network;
import org.skep.protocol.NetworkSpec;

/** Networks. References are a full ID, an exact name, or a unique prefix of an ID. */
public interface Networks {

    List<Network> list();

    Network get(String reference);

    Network create(NetworkSpec spec);

    void remove(String reference);
}
