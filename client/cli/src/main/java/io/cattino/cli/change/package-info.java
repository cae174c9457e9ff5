/** Commands that change tasks, settings and nodes. */
@NullMarked
package io.cattino.cli.change;

import org.jspecify.annotations.NullMarked;
