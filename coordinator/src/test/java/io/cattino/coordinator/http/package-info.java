/** Tests of the HTTP port. */
@NullMarked
package io.cattino.coordinator.http;

import org.jspecify.annotations.NullMarked;
