package org.skep.plugins;

import java.util.List;
import java.util.Optional;

/**
 * The bundles of this node. Changes are planned first; nothing happens before {@link Change#apply}. A bundle is named by
 * its ID or its symbolic name.
 *
 * <p>All methods throw {@link org.skep.api.SkepException} naming what is wrong.
 */
public interface Plugins {

    List<BundleInfo> bundles();

    /**
     * Checks a new bundle; it will be there after a restart, too.
     *
     * @param file the name to use in messages
     */
    Change install(String file, byte[] jar);

    /** Checks a new version of a bundle, and what it means for those that depend on it. */
    Change update(String bundle, String file, byte[] jar);

    Change start(String bundle);

    Change stop(String bundle);

    Change uninstall(String bundle);

    /**
     * Why bundles, and the components in them, are not active.
     *
     * @param bundle one bundle, or empty for all that need attention
     * @return one line each; none if all is well
     */
    List<String> diagnose(Optional<String> bundle);
}
