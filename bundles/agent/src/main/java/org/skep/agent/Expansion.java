package org.skep.agent;

import java.util.function.Supplier;
import org.skep.api.SkepException;
import org.skep.protocol.ContainerSpec;
import org.skep.template.task.TaskTemplates;

/** Puts what this node knows in the place of templates: once, before anything is made for the task. */
final class Expansion {

    private final Supplier<TaskTemplates.Place> place;

    /** @param place this node; may block */
    Expansion(Supplier<TaskTemplates.Place> place) {
        this.place = place;
    }

    /** @throws SkepException if a template does not fit: the task is rejected */
    void expand(TaskRecord record) {
        if (record.content().getExpanded() || !record.task().getSpec().hasContainer()) {
            return;
        }
        ContainerSpec expanded = TaskTemplates.expand(record.task(), place.get());
        record.change(builder -> {
            builder.setExpanded(true).getTaskBuilder().getSpecBuilder().setContainer(expanded);
            return builder;
        });
    }
}
