/** Calls between nodes: who calls, and how to call. What managers serve are {@code io.grpc.BindableService} services. */
@Version("0.1.0")
@Export
package org.skep.rpc;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
