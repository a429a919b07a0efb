/** Consensus between managers. What it does it does as a {@code Proposer} service; here is the tool for its log. */
@Version("0.1.0")
@Export
package org.skep.raft;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
