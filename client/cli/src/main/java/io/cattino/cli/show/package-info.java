/** Commands that read: tables, one task in full, nodes, status. */
@NullMarked
package io.cattino.cli.show;

import org.jspecify.annotations.NullMarked;
