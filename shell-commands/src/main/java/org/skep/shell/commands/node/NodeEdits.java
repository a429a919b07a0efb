package org.skep.shell.commands.node;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.skep.api.SkepException;
import org.skep.api.command.Outcome;
import org.skep.control.Control;
import org.skep.protocol.Node;
import org.skep.protocol.NodeSpec;
import org.skep.shell.commands.Attempts;

/** Changes of nodes' specifications. */
final class NodeEdits {

    private NodeEdits() {}

    static Node change(Control control, String reference, Consumer<NodeSpec.Builder> edit) {
        return Attempts.untilInSequence(() -> {
            Node present = control.nodes().get(reference);
            NodeSpec.Builder spec = present.getSpec().toBuilder();
            edit.accept(spec);
            return control.nodes()
                    .update(present.getId(), present.getMeta().getVersion().getIndex(), spec.build());
        });
    }

    /**
     * Tries all; a node that has the role already is a failure. What takes longer than a moment goes on by itself.
     *
     * @param done what to say of a node
     */
    static Outcome assign(
            Control control, List<String> nodes, RoleWord role, Duration moment, UnaryOperator<String> done) {
        return Outcome.each(nodes, node -> {
            Node changed = change(control, node, spec -> {
                if (spec.getDesiredRole() == role.role()) {
                    throw SkepException.state("ROLE_UNCHANGED", "node " + node + " is already a " + role, "");
                }
                spec.setDesiredRole(role.role());
            });
            List<String> lines = new ArrayList<>();
            lines.add(done.apply(node));
            new RoleChange(control, changed.getId(), role.role())
                    .await(moment)
                    .ifPresent(why -> lines.add("It is not a " + role + " yet: it " + why));
            return new Outcome.Text(lines);
        });
    }
}
