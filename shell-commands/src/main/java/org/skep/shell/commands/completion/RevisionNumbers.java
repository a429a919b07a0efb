package org.skep.shell.commands.completion;

import java.util.List;
import java.util.stream.LongStream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.skep.api.command.Candidates;
import org.skep.control.Control;

/** The numbers of revisions that services can go back to. */
@Component(service = Candidates.class)
public final class RevisionNumbers extends Candidates {

    private final Control control;

    @Activate
    public RevisionNumbers(@Reference Control control) {
        this.control = control;
    }

    @Override
    protected List<String> values() {
        return LiveNames.of(() -> control.services().list().stream()
                .flatMap(service -> LongStream.range(1, service.getRevision()).mapToObj(String::valueOf))
                .toList());
    }
}
