/** Templates in what a service asks of its tasks. */
@Version("0.1.0")
@Export
package org.skep.template.task;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
