/** What texts of others have in them. */
@Version("0.1.0")
@Export
package org.skep.api.text;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
