package io.cattino.cli.output;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows in columns for a terminal. A table that is too wide loses its less important columns, then
 * long cells are cut.
 */
public final class Table {

    private static final int GAP = 2;
    private static final int NARROWEST = 8;

    /** Columns are left out before an elastic one gets narrower than this. */
    private static final int COMFORTABLE = 24;

    private final List<Column> columns;
    private final List<List<Cell>> rows = new ArrayList<>();

    /** A table with these columns, from left to right. */
    public Table(Column... columns) {
        this.columns = List.of(columns);
    }

    /** A table with these columns, from left to right. */
    public Table(List<Column> columns) {
        this.columns = List.copyOf(columns);
    }

    /**
     * One column.
     *
     * @param title its header
     * @param elastic whether its cells may be cut
     * @param rank the highest is left out first; 0 never
     */
    public record Column(String title, boolean elastic, int rank) {

        /** A column that is always there, in full. */
        public static Column of(String title) {
            return new Column(title, false, 0);
        }

        /** A column whose cells may be cut. */
        public static Column elastic(String title) {
            return new Column(title, true, 0);
        }

        /** A column that is left out when there is no room. */
        public static Column optional(String title, int rank) {
            return new Column(title, false, rank);
        }
    }

    /** One cell. */
    public record Cell(String text, Colour colour) {

        public Cell {
            text = Text.oneLine(text);
        }

        /** Text as it is. */
        public static Cell of(String text) {
            return new Cell(text, Colour.PLAIN);
        }

        /** Text, or a dash where there is none. */
        public static Cell orDash(String text) {
            return of(text.isEmpty() ? "-" : text);
        }
    }

    /** Adds a row: a cell for each column. */
    @CanIgnoreReturnValue
    public Table row(Cell... cells) {
        return row(List.of(cells));
    }

    /** Adds a row: a cell for each column. */
    @CanIgnoreReturnValue
    public Table row(List<Cell> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    /** The header and the rows, each at most {@code width} columns wide. */
    public List<String> lines(int width, boolean colours) {
        return lines(new Look(width, colours, true, false, false));
    }

    /** The header, if it is wanted, and the rows. */
    public List<String> lines(Look look) {
        List<Integer> shown = new ArrayList<>(IntStream.range(0, columns.size()).boxed().toList());
        shown.removeIf(this::isEmpty);
        int[] widths =
                IntStream.range(0, columns.size())
                        .map(column -> natural(column, look.header()))
                        .toArray();
        int[] comfortable = widths.clone();
        for (int column : shown) {
            if (columns.get(column).elastic()) {
                comfortable[column] = Math.min(widths[column], COMFORTABLE);
            }
        }
        while (total(shown, comfortable) > look.width() && dropOne(shown)) {
            // until it fits, or everything that is left is needed
        }
        shrink(shown, widths, look.width());
        List<String> lines = new ArrayList<>();
        if (look.header()) {
            List<Cell> titles =
                    columns.stream().map(column -> new Cell(column.title(), Colour.DIM)).toList();
            lines.add(line(titles, shown, widths, look.colours()));
        }
        rows.forEach(row -> lines.add(line(row, shown, widths, look.colours())));
        return lines;
    }

    /** Whether none of its cells says anything, not even that there is nothing. */
    private boolean isEmpty(int column) {
        return !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column).text().isEmpty());
    }

    private int natural(int column, boolean header) {
        int title = header ? Widths.of(columns.get(column).title()) : 0;
        int cells =
                rows.stream().mapToInt(row -> Widths.of(row.get(column).text())).max().orElse(0);
        return Math.max(title, cells);
    }

    private static int total(List<Integer> shown, int[] widths) {
        return shown.stream().mapToInt(column -> widths[column]).sum() + GAP * (shown.size() - 1);
    }

    private boolean dropOne(List<Integer> shown) {
        int least = 0;
        for (int column : shown) {
            least = Math.max(least, columns.get(column).rank());
        }
        int rank = least;
        return rank > 0 && shown.removeIf(column -> columns.get(column).rank() == rank);
    }

    /** Takes room from the widest elastic column, until it fits or all of them are narrow. */
    private void shrink(List<Integer> shown, int[] widths, int width) {
        List<Integer> elastic =
                shown.stream().filter(column -> columns.get(column).elastic()).toList();
        for (int excess = total(shown, widths) - width; excess > 0; excess--) {
            int widest = -1;
            for (int column : elastic) {
                if (widest < 0 || widths[column] >= widths[widest]) {
                    widest = column;
                }
            }
            if (widest < 0 || widths[widest] <= NARROWEST) {
                return;
            }
            widths[widest]--;
        }
    }

    private static String line(
            List<Cell> cells, List<Integer> shown, int[] widths, boolean colours) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < shown.size(); i++) {
            int column = shown.get(i);
            Cell cell = cells.get(column);
            String text = Widths.cut(cell.text(), widths[column]);
            line.append(cell.colour().paint(text, colours));
            if (i < shown.size() - 1) {
                line.append(" ".repeat(widths[column] - Widths.of(text) + GAP));
            }
        }
        return line.toString().stripTrailing();
    }
}
