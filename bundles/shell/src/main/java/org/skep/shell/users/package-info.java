/** Who may log in to the shell, with which keys, and what they may do. */
@Version("0.1.0")
@Export
package org.skep.shell.users;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
