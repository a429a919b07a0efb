package org.skep.shell.commands.swarm;

import java.util.function.Consumer;
import org.skep.control.Control;
import org.skep.protocol.Cluster;
import org.skep.protocol.ClusterSpec;
import org.skep.shell.commands.Attempts;

/** Changes of the swarm's specification. */
final class ClusterEdits {

    private ClusterEdits() {}

    static Cluster change(Control control, Consumer<ClusterSpec.Builder> edit) {
        return Attempts.untilInSequence(() -> {
            Cluster present = control.clusters().get();
            ClusterSpec.Builder spec = present.getSpec().toBuilder();
            edit.accept(spec);
            return control.clusters().update(present.getMeta().getVersion().getIndex(), spec.build());
        });
    }
}
