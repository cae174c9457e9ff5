/** Tests of the services for people. */
@NullMarked
package io.cattino.coordinator.rpc;

import org.jspecify.annotations.NullMarked;
