/** Volumes as directories of this node. */
package org.skep.volume.local;
