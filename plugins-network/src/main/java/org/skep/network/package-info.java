/** The network drivers that every node has. */
package org.skep.network;
