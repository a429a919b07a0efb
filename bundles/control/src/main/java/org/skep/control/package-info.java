/** The Control API: every change a user can make, and every question a user can ask, whoever carries it. */
@Version("0.1.0")
@Export
package org.skep.control;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
