/**
 * ZooKeeper, as narrow as Cattino needs it: paths, a client whose sessions do not change under
 * one's feet, the queue of those who would lead, an embedded server.
 */
@NullMarked
package io.cattino.coordinator.zk;

import org.jspecify.annotations.NullMarked;
