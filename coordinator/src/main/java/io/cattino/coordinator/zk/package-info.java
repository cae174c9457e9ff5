/**
 * ZooKeeper, as narrow as Cattino needs it: paths, a client whose sessions do not change under
 * one's feet, an embedded server.
 */
@NullMarked
package io.cattino.coordinator.zk;

import org.jspecify.annotations.NullMarked;
