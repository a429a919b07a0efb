/** Tasks as containers of a Docker Engine. */
package org.skep.runtime.docker;
