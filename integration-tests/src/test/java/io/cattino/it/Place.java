package io.cattino.it;

import java.util.List;
import java.util.stream.Stream;

/**
 * Where a process runs.
 *
 * @param address by which others find it
 * @param entry what its command begins with, to run there
 */
record Place(String address, List<String> entry) {
    static final Place HERE = new Place("127.0.0.1", List.of());

    List<String> command(String... command) {
        return Stream.concat(entry.stream(), Stream.of(command)).toList();
    }

    boolean isHere() {
        return address.equals(HERE.address);
    }
}
