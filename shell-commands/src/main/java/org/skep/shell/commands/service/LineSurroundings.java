package org.skep.shell.commands.service;

import java.util.Optional;
import org.skep.api.command.Session;
import org.skep.control.Control;
import org.skep.shell.commands.flag.ServiceDraft;

/** Files and variables of who types, networks of the swarm. */
record LineSurroundings(Session session, Control control) implements ServiceDraft.Surroundings {

    @Override
    public Optional<String> environment(String name) {
        return session.environment(name);
    }

    @Override
    public byte[] read(String file, int limit) {
        return session.read(file, limit);
    }

    @Override
    public String networkId(String reference) {
        return control.networks().get(reference).getId();
    }
}
