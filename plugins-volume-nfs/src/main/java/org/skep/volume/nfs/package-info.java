/** Volumes on NFS servers. */
package org.skep.volume.nfs;
