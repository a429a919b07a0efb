package org.skep.api.runtime;

import java.util.Optional;
import java.util.Set;

/**
 * Runs tasks on this node. A driver knows nothing of clusters: it turns one task into one {@link TaskController}.
 *
 * <p>Register it as a component with the property {@code skep.driver=<name>}. All methods may be called from several
 * threads at once and may block, unless they say otherwise.
 */
public interface RuntimeDriver {

    /**
     * Code of the {@link org.skep.api.SkepException} that says "not now": the engine does not answer. The task is
     * neither rejected nor failed, the same call is made again a little later. Any driver may use it.
     */
    String UNAVAILABLE = "ENGINE_UNAVAILABLE";

    /**
     * What this driver can say of the host.
     *
     * @throws org.skep.api.SkepException if its engine does not answer
     */
    RuntimeInfo info();

    /**
     * The controller of a task. Nothing is started yet; what an earlier life of this daemon left running for the same
     * task is adopted, so that {@code prepare} and {@code start} find it done.
     *
     * @throws org.skep.api.SkepException if the task asks for something this driver cannot honour: the task is rejected
     *     with that message
     */
    TaskController controller(TaskDescription task);

    /**
     * Asks the image's registry which image the reference stands for now.
     *
     * @param registryAuth credentials, encoded as for the {@code X-Registry-Auth} header; empty for none
     * @return empty if this driver knows no registries
     * @throws org.skep.api.SkepException if the registry does not answer, or does not have the image
     */
    default Optional<ResolvedImage> resolve(String image, String registryAuth) {
        return Optional.empty();
    }

    /**
     * Asks a registry whether it takes these credentials.
     *
     * @return the credentials to keep; empty if this driver knows no registries
     * @throws org.skep.api.SkepException if the registry refuses them, or does not answer
     */
    default Optional<RegistryCredentials> verify(RegistryCredentials credentials) {
        return Optional.empty();
    }

    /**
     * Removes all that this driver holds for tasks other than these: the remains of tasks that ended, or moved, while
     * the daemon was away. What other programs made is never touched.
     *
     * @throws org.skep.api.SkepException if something is left; the call is made again a little later
     */
    void retain(Set<String> taskIds);
}
