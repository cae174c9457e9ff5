/** Huawei's Ascend cards, as their driver's program tells of them. */
@NullMarked
package io.cattino.agent.probe.ascend;

import org.jspecify.annotations.NullMarked;
