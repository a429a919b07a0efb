/** The cluster's objects: read as immutable views, changed in transactions, followed as changes. */
@Version("0.1.0")
@Export
package org.skep.store;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
