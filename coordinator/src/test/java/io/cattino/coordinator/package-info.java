/** Tests of the coordinator as a whole. */
@NullMarked
package io.cattino.coordinator;

import org.jspecify.annotations.NullMarked;
