package org.skep.scheduler;

import org.osgi.service.component.annotations.Component;
import org.skep.api.scheduling.NodeLoad;
import org.skep.api.scheduling.PlacementStrategy;

/** To where the service has fewest tasks, then to where there are fewest tasks at all. */
@Component(property = PlacementStrategy.PROPERTY + "=" + PlacementStrategy.DEFAULT)
public final class SpreadStrategy implements PlacementStrategy {

    @Override
    public double rank(NodeLoad node) {
        return node.activeTasks();
    }
}
