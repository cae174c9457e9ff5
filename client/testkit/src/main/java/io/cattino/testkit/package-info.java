/**
 * A whole Cattino inside one JVM, with fake devices and real processes, for users' own tests. Start
 * at {@link io.cattino.testkit.InProcessMeow}.
 */
@NullMarked
package io.cattino.testkit;

import org.jspecify.annotations.NullMarked;
