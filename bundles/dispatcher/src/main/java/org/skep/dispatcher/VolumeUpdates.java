package org.skep.dispatcher;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.skep.protocol.UpdateVolumeStatusRequest.VolumeStatusUpdate;
import org.skep.protocol.Volume;
import org.skep.protocol.VolumePublishStatus;
import org.skep.store.Store;
import org.skep.store.Transaction;

/** Stores that a node has let go of volumes which it was told to give up. */
final class VolumeUpdates {

    private final Store store;

    VolumeUpdates(Store store) {
        this.store = store;
    }

    CompletionStage<Void> add(String nodeId, List<VolumeStatusUpdate> updates) {
        return store.updateAsync(tx -> {
            updates.stream()
                    .filter(VolumeStatusUpdate::getUnpublished)
                    .forEach(update -> unpublished(tx, nodeId, update.getId()));
            return null;
        });
    }

    private static void unpublished(Transaction tx, String nodeId, String volumeId) {
        tx.volumes().get(volumeId).ifPresent(volume -> {
            Volume.Builder changed = volume.toBuilder();
            changed.getPublishStatusBuilderList().stream()
                    .filter(status -> status.getNodeId().equals(nodeId)
                            && status.getState() == VolumePublishStatus.State.PENDING_NODE_UNPUBLISH)
                    .forEach(status -> status.setState(VolumePublishStatus.State.PENDING_UNPUBLISH));
            Volume after = changed.build();
            if (!after.equals(volume)) {
                tx.update(after);
            }
        });
    }
}
