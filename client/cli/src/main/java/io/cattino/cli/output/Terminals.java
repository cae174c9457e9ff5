package io.cattino.cli.output;

/** Which standard streams are terminals, and how wide the terminal is. */
public interface Terminals {

    /** Whether somebody types. */
    boolean input();

    /** Whether somebody reads what the command prints. */
    boolean output();

    /** Whether somebody reads its hints. */
    boolean error();

    /** Columns of the terminal; 0 if nobody knows. Asked only if there is one. */
    int columns();

    /** Lines of the terminal; 0 if nobody knows. Asked only if there is one. */
    default int rows() {
        return 0;
    }

    /** None of them, as under cron. */
    static Terminals none() {
        return new Terminals() {
            @Override
            public boolean input() {
                return false;
            }

            @Override
            public boolean output() {
                return false;
            }

            @Override
            public boolean error() {
                return false;
            }

            @Override
            public int columns() {
                return 0;
            }
        };
    }
}
