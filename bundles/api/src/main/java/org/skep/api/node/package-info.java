/** What a bundle may know of the node it runs on. */
@Version("0.1.0")
@Export
package org.skep.api.node;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
