/** A whole Cattino inside one JVM, with fake devices, for users' own tests. */
@NullMarked
package io.cattino.testkit;

import org.jspecify.annotations.NullMarked;
