package org.example.scratch;

import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;

/** Completes the names of scratch volumes. */
@Component(service = Candidates.class)
public final class ScratchNames extends Candidates {

    private final ScratchSpace space;

    @Activate
    public ScratchNames(@Reference ScratchSpace space) {
        this.space = space;
    }

    @Override
    protected List<String> values() {
        return space.volumes();
    }
}
