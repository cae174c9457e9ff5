/** The HTTP port: probes, metrics, and the routes that later steps add. */
@NullMarked
package io.cattino.coordinator.http;

import org.jspecify.annotations.NullMarked;
