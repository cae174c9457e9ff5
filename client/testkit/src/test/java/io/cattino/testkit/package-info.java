@NullMarked
package io.cattino.testkit;

import org.jspecify.annotations.NullMarked;
