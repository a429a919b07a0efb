package org.skep.shell.commands.completion;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.skep.api.command.Candidates;
import org.skep.api.scheduling.PlacementStrategy;

/** The strategies that there are for placing tasks. */
@Component(service = {Candidates.class, StrategyNames.class})
public final class StrategyNames extends Candidates {

    private final List<String> names = new CopyOnWriteArrayList<>();

    @Reference(cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    void bind(PlacementStrategy strategy, Map<String, Object> properties) {
        names.add(String.valueOf(properties.get(PlacementStrategy.PROPERTY)));
    }

    void unbind(PlacementStrategy strategy, Map<String, Object> properties) {
        names.remove(String.valueOf(properties.get(PlacementStrategy.PROPERTY)));
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> names);
    }
}
