/** Runtime drivers: how a node runs a task. */
@Version("0.1.0")
@Export
package org.skep.api.runtime;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
