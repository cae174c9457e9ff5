/** The coordinator as a whole: hand wiring of the loop and its shells, and their ordered end. */
@NullMarked
package io.cattino.coordinator;

import org.jspecify.annotations.NullMarked;
