/** What a coordinator is told when it starts: immutable, checked once and as a whole. */
@NullMarked
package io.cattino.coordinator.config;

import org.jspecify.annotations.NullMarked;
