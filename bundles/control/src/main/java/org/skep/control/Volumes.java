package org.skep.control;

import java.util.List;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumeSpec;

/** Volumes: a name, a driver and its options, known to every node. References are a name or an ID. */
public interface Volumes {

    List<Volume> list();

    Volume get(String reference);

    /** An empty name becomes a random one. Creating a volume that exists with the same driver and options returns it. */
    Volume create(VolumeSpec spec);

    void remove(String reference);
}
