/** Ed25519 keys for Apache MINA SSHD on the JDK's own algorithms; shared by the SSH server and the client. */
@Version("0.1.0")
@Export
package org.skep.shell.keys;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
