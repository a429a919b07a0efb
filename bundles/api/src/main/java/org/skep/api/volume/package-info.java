/** Volume drivers: how a node makes a volume available to a task. */
@Version("0.1.0")
@Export
package org.skep.api.volume;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
