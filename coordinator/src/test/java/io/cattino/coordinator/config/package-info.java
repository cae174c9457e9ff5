/** Tests of the configuration. */
@NullMarked
package io.cattino.coordinator.config;

import org.jspecify.annotations.NullMarked;
