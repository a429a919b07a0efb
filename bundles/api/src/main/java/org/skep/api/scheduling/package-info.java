/** Strategies: in which order the scheduler offers nodes to tasks. */
@Version("0.1.0")
@Export
package org.skep.api.scheduling;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
