/** Commands of the {@code swarm>} shell: one class per sub-command, contributed as services. */
@Version("0.1.0")
@Export
package org.skep.api.command;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
