package org.skep.control.local;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.skep.api.text.Secrecy;
import org.skep.control.Events.Event;
import org.skep.protocol.Task;
import org.skep.protocol.TaskNames;
import org.skep.protocol.reach.ExecStart;
import org.skep.protocol.revision.Requester;

/** What is told of a command that someone runs inside a task. */
record ExecEvents(Task task, ExecStart command, Requester by) {

    Event started(Instant now) {
        return event(now, "exec_start", attributes());
    }

    /** @param status empty if it was broken off, or never ran */
    Event ended(Instant now, OptionalInt status) {
        Map<String, String> attributes = attributes();
        status.ifPresent(code -> attributes.put("exitCode", Integer.toString(code)));
        return event(now, "exec_end", attributes);
    }

    private Event event(Instant now, String action, Map<String, String> attributes) {
        return new Event(now, "task", action, task.getId(), attributes);
    }

    private Map<String, String> attributes() {
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("name", TaskNames.full(task));
        attributes.put("service", task.getServiceAnnotations().getName());
        attributes.put("node", task.getNodeId());
        attributes.put("command", Secrecy.mask(command.getCommandList()));
        attributes.put("user", by.getUser());
        attributes.put("origin", by.getOrigin());
        return attributes;
    }
}
