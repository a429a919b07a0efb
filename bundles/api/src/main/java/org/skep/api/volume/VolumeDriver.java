package org.skep.api.volume;

import java.nio.file.Path;
import java.util.Map;

/**
 * Makes volumes available on this node. Register it as a component with the property {@code skep.driver=<name>}.
 * Methods may be called from several threads at once, never at once for the same volume, and may block.
 */
public interface VolumeDriver {

    /**
     * Checks options before a volume is created. Does not look at the network or the disk.
     *
     * @throws org.skep.api.SkepException naming the option that is missing or wrong, and what would be right
     */
    void validate(Map<String, String> options);

    /**
     * Makes the volume available for a task. Called again for the same task, it finds its work done.
     *
     * @return the directory to give to the task
     * @throws org.skep.api.SkepException with the reason of the kernel or the server: the task is rejected with it
     */
    Path mount(VolumeDescription volume, String taskId) throws InterruptedException;

    /**
     * The task no longer needs the volume; after the last one it goes from this node. Its data stays. Called again for
     * the same task, or without a mount, it finds its work done. An interrupt breaks it off and stays in the thread's
     * flag; the call is made again.
     *
     * @throws org.skep.api.SkepException with the code {@link org.skep.api.runtime.RuntimeDriver#UNAVAILABLE} to be
     *     called again a little later; after any other, the volume counts as given back
     */
    void unmount(VolumeDescription volume, String taskId);

    /**
     * The volume is removed from the swarm: deletes what this node alone holds of it. No task uses it. One that is not
     * there is removed.
     *
     * @throws org.skep.api.SkepException as {@link #unmount} does
     */
    void remove(VolumeDescription volume);
}
