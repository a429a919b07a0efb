/** What drivers and the node's own rooms need to keep state in files that survive a crash. */
@Version("0.1.0")
@Export
package org.skep.api.file;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
