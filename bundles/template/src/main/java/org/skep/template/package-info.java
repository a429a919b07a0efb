/** Go templates; shared with commands that print as they go. */
@Version("0.1.0")
@Export
package org.skep.template;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
