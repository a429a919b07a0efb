/** What every SPI shares: errors. */
@Version("0.1.0")
@Export
package org.skep.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
