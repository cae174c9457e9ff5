/** NVIDIA's cards, as their driver's management library tells of them. */
@NullMarked
package io.cattino.agent.probe.nvml;

import org.jspecify.annotations.NullMarked;
