/** Bundles that come and go while the node runs. */
@Version("0.1.0")
@Export
package org.skep.plugins;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
