package io.cattino.cli.follow;

import java.util.List;

/** One log on a {@link LogScreen}. One thread, while others use other logs of the same screen. */
public final class LogSink {

    /**
     * How it looks.
     *
     * @param prefix stands before each line
     * @param red for what should be seen at once, where there are colours
     * @param alone whether no other log is on the screen, so that a line may be shown before it
     *     ends
     */
    public record Look(String prefix, boolean red, boolean alone) {

        /** Of the only log there is. */
        public static final Look ALONE = new Look("", false, true);
    }

    private final LogScreen screen;
    private final Look look;
    private final LogLines lines;

    LogSink(LogScreen screen, Look look) {
        this.screen = screen;
        this.look = look;
        this.lines = new LogLines((text, ended) -> screen.put(look, text, ended));
    }

    /** The next bytes. */
    void write(byte[] data) {
        screen.change(() -> {
            lines.write(data);
            if (look.alone && !screen.toPeople()) {
                lines.passPart();
            }
        });
    }

    /** Something else follows: what is not complete is written all the same. */
    void end() {
        screen.change(lines::end);
    }

    Look look() {
        return look;
    }

    /** What is not complete yet. */
    List<byte[]> pending() {
        return lines.pending();
    }
}
