package io.cattino.client.internal;

import java.util.concurrent.ThreadLocalRandom;

/** Names for tasks that were given none: five characters, the first a letter. */
public final class RandomNames {

    private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static final String CHARACTERS = LETTERS + "0123456789";
    private static final int LENGTH = 5;

    private RandomNames() {}

    /** Another name; any thread. */
    public static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        StringBuilder name = new StringBuilder(LENGTH);
        name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        while (name.length() < LENGTH) {
            name.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return name.toString();
    }
}
