/**
 * Whole clusters on one thread, in virtual time, from one seed: the product's cores, pipeline and
 * journal, around them a simulated ZooKeeper, network, machines and people, and what can go wrong.
 */
@NullMarked
package io.cattino.it.sim;

import org.jspecify.annotations.NullMarked;
