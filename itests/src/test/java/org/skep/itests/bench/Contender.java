package org.skep.itests.bench;

import java.util.List;
import java.util.Set;
import org.skep.itests.hosts.Host;

/** A cluster manager to be measured. What it is told, it has done when the call returns, unless said otherwise. */
interface Contender {

    /** Makes its daemon run on a host that is on, and waits until it answers. */
    void start(Host host);

    void init(Host host);

    /** Returns when the node itself says that it has joined. */
    void join(Host host, Host manager, boolean asManager);

    void leave(Host host);

    void promote(Host asked, Host node);

    void demote(Host asked, Host node);

    /** Removes what is known of a node that is gone. */
    void forget(Host asked, Host node);

    boolean ready(Host asked, Host node);

    /** Whether the node is seen as a manager that takes part. */
    boolean reachable(Host asked, Host node);

    boolean manager(Host asked, Host node);

    boolean leads(Host asked, Host node);

    /** Creates a small object; false if that was refused. */
    boolean write(Host asked, String name);

    /** Creates objects in so many sessions at once, each one after the other. */
    void writeMany(Host asked, String prefix, int sessions, int each);

    /** Does not wait for its tasks. */
    void createService(Host asked, String name, int replicas);

    void removeService(Host asked, String name);

    /** Names of the hosts of the tasks that should run and do, one for each task. */
    List<String> running(Host asked, String service);

    /** PIDs, on the machine, of what runs on the host for it even when there is nothing to do. */
    Set<Long> processes(Host host);
}
