/** {@code meow create}: from what people type to a submission. */
@NullMarked
package io.cattino.cli.create;

import org.jspecify.annotations.NullMarked;
