/** The keys and certificates of this node, and how it comes by them. */
@Version("0.1.0")
@Export
package org.skep.pki;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
