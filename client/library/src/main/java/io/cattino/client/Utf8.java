package io.cattino.client;

import java.nio.charset.StandardCharsets;

/** Sizes of texts on the wire. */
final class Utf8 {

    private Utf8() {}

    static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
