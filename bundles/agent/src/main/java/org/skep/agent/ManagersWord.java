package org.skep.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.skep.api.SkepException;
import org.skep.api.node.Endpoint;
import org.skep.api.node.KnownManagers;
import org.skep.api.node.KnownManagers.Manager;
import org.skep.api.node.NodeFacts;
import org.skep.protocol.IssuanceStatus;
import org.skep.protocol.NodeRole;
import org.skep.protocol.Peer;
import org.skep.protocol.SessionMessage;
import org.skep.protocol.WeightedPeer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands what managers say of themselves and of this node to those whose business it is. Thread-safe. */
final class ManagersWord {

    private static final Logger LOG = LoggerFactory.getLogger(ManagersWord.class);

    private volatile Optional<KnownManagers> managers = Optional.empty();
    private volatile Optional<NodeFacts> facts = Optional.empty();
    private volatile Optional<Word> last = Optional.empty();

    private record Word(SessionMessage message, boolean lasting) {}

    void set(KnownManagers value) {
        managers = Optional.of(value);
        last.ifPresent(this::tell);
    }

    void unset(KnownManagers value) {
        managers = managers.filter(present -> present != value);
    }

    void set(NodeFacts value) {
        facts = Optional.of(value);
        last.ifPresent(this::tell);
    }

    void unset(NodeFacts value) {
        facts = facts.filter(present -> present != value);
    }

    /** @param lasting see {@link NodeFacts.Facts} */
    void heard(SessionMessage message, boolean lasting) {
        Word word = new Word(message, lasting);
        last = Optional.of(word);
        tell(word);
    }

    private void tell(Word word) {
        SessionMessage message = word.message();
        managers.ifPresent(present -> present.update(managersOf(message)));
        facts.ifPresent(present -> present.told(new NodeFacts.Facts(
                message.getNode().getMeta().getVersion().getIndex(),
                word.lasting(),
                message.getNode().getRole() == NodeRole.NODE_ROLE_MANAGER,
                message.getNode().getCertificate().getStatus().getState() == IssuanceStatus.State.ROTATE,
                message.getRootCA().toByteArray())));
    }

    private static List<Manager> managersOf(SessionMessage message) {
        List<Manager> found = new ArrayList<>();
        for (WeightedPeer weighted : message.getManagersList()) {
            Peer peer = weighted.getPeer();
            try {
                if (!peer.getAddr().isEmpty()) {
                    found.add(new Manager(peer.getNodeId(), Endpoint.parse(peer.getAddr(), Endpoint.MANAGER_PORT)));
                }
            } catch (SkepException e) {
                LOG.warn("manager {}: {}", peer.getNodeId(), e.line());
            }
        }
        return found;
    }
}
