/** Tasks as processes of this host: the runtime where no container engine answers. */
package org.skep.runtime.process;
