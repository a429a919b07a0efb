/** Network drivers: how a node connects a task to a network. */
@Version("0.1.0")
@Export
package org.skep.api.network;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
