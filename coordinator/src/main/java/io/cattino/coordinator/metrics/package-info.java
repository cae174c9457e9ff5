/** What the coordinator measures, under the names that dashboards rely on. */
@NullMarked
package io.cattino.coordinator.metrics;

import org.jspecify.annotations.NullMarked;
