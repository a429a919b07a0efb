package org.skep.node;

import java.io.IOException;
import java.util.Arrays;
import org.skep.api.SkepException;
import org.skep.api.file.IoReasons;
import org.skep.api.node.NodeFacts.Facts;

/** What this node does when it is told who it is. Tasks are not touched: the worker's rooms stay as they are. */
final class RoleSteps implements RoleKeeper.Steps {

    private final Presence presence;
    private final AddressChoice addresses;
    private final Ports ports;

    private byte[] trusted = {};

    RoleSteps(Presence presence, AddressChoice addresses, Ports ports) {
        this.presence = presence;
        this.addresses = addresses;
        this.ports = ports;
    }

    @Override
    public boolean is(boolean manager) {
        return presence.state().member().isEmpty()
                || presence.manages() == manager && presence.conditions().managing() == manager;
    }

    @Override
    public void heed(Facts facts) {
        exclusively(() -> {
            if (facts.roots().length > 0 && !Arrays.equals(trusted, facts.roots())) {
                presence.keys().trust(facts.roots());
                trusted = facts.roots().clone();
            }
            if (facts.renew()) {
                presence.keys().renewSoon();
            }
        });
    }

    @Override
    public void promote(RoleKeeper.Patiently patiently) {
        exclusively(() -> {
            // Rooms that are open have the ports themselves.
            if (!presence.conditions().managing()) {
                Place place = presence.checkMember().place();
                ports.check(addresses.resolve(place).listen());
            }
            // With the certificate already, too: a crash may have come before it was asked what managers are locked
            // with.
            if (!patiently.run(() -> presence.keys().renew(true))) {
                return;
            }
            presence.conditions().manage();
            presence.followLeadership();
        });
    }

    @Override
    public void demote(RoleKeeper.Patiently patiently) {
        exclusively(() -> {
            presence.conditions().stopManaging();
            try {
                presence.state().wipeManager();
            } catch (IOException e) {
                throw SkepException.resource(
                        "STATE_UNWRITABLE",
                        "the manager's state could not be deleted: " + IoReasons.of(e),
                        "see who may write there",
                        e);
            }
            patiently.run(() -> presence.keys().renew(false));
        });
    }

    /** Only a member has a role to change. */
    private void exclusively(Runnable step) {
        presence.lifecycle().lock();
        try {
            if (presence.state().member().isPresent()) {
                step.run();
            }
        } finally {
            presence.lifecycle().unlock();
        }
    }
}
