/** The session between a worker and a manager, as Java sees it whatever carries it. */
@Version("0.1.0")
@Export
package org.skep.protocol.session;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
