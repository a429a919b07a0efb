/** The worker side of the worker session: runs the tasks that a manager assigned to this node. */
package org.skep.agent;
