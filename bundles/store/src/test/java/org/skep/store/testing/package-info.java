/** A store for the tests of those who use one. */
package org.skep.store.testing;
