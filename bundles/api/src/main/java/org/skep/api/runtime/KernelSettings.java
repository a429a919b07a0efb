package org.skep.api.runtime;

import java.util.List;
import java.util.Map;

/**
 * What the kernel is to hold a task to.
 *
 * @param pidsLimit how many processes and threads it may have; 0 for no limit
 * @param oomScoreAdj how readily it is killed when memory is short, from -1000 to 1000
 * @param securityOptions {@code no-new-privileges}, {@code seccomp=unconfined}, {@code seccomp=PROFILE}, {@code
 *     apparmor=unconfined}, {@code label=disable}, {@code label=user:USER} ...
 * @param isolation empty, {@code process} or {@code hyperv}; known to Windows only
 */
public record KernelSettings(
        Map<String, String> sysctls,
        List<Ulimit> ulimits,
        long pidsLimit,
        int oomScoreAdj,
        List<String> securityOptions,
        String isolation) {

    public static final KernelSettings DEFAULT = new KernelSettings(Map.of(), List.of(), 0, 0, List.of(), "");

    public KernelSettings {
        sysctls = Map.copyOf(sysctls);
        ulimits = List.copyOf(ulimits);
        securityOptions = List.copyOf(securityOptions);
    }

    /** @param name such as {@code nofile} */
    public record Ulimit(String name, long soft, long hard) {}
}
