package io.cattino.cli.change;

import io.cattino.cli.output.Failure;
import io.cattino.cli.output.Output;
import io.cattino.cli.output.Table;
import io.cattino.cli.output.Table.Cell;
import io.cattino.cli.output.Table.Column;
import io.cattino.cli.server.ClientSetting;
import io.cattino.cli.server.Config;
import io.cattino.cli.server.Settings;
import io.cattino.client.MeowClient;
import io.cattino.client.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** All settings there are: the cluster's, and the client's with the file that they are from. */
final class SettingsTable {

    /**
     * One of them.
     *
     * @param value empty if it is not set and has no default
     * @param from {@code cluster}, a file, or {@code default}
     */
    record Row(String key, String value, String defaultValue, String from, String description) {

        private static final Map<String, Function<Row, String>> FIELDS = fields();

        private static Map<String, Function<Row, String>> fields() {
            Map<String, Function<Row, String>> fields = new LinkedHashMap<>();
            fields.put("key", Row::key);
            fields.put("value", Row::value);
            fields.put("default", Row::defaultValue);
            fields.put("from", Row::from);
            fields.put("description", Row::description);
            return fields;
        }

        /** The chosen fields, written with commas; all of them if that is empty. */
        static List<String> fields(String chosen) {
            List<String> fields =
                    chosen.isEmpty()
                            ? List.copyOf(FIELDS.keySet())
                            : List.of(chosen.strip().split("\\s*,\\s*"));
            for (String field : fields) {
                if (!FIELDS.containsKey(field)) {
                    throw Failure.usage(
                            "a setting has no field '%s'".formatted(field),
                            "there are: " + String.join(" ", FIELDS.keySet()));
                }
            }
            return fields;
        }

        Map<String, String> json(List<String> fields) {
            Map<String, String> json = new LinkedHashMap<>();
            fields.forEach(field -> json.put(field, read(field)));
            return json;
        }

        private String read(String field) {
            return Objects.requireNonNull(FIELDS.get(field)).apply(this);
        }
    }

    private SettingsTable() {}

    /**
     * The settings.
     *
     * @param farm the way to the cluster; empty if no server runs
     * @param user what counts where the client's settings say nothing
     */
    static List<Row> rows(Optional<MeowClient> farm, Settings client, Config user) {
        List<Row> rows = new ArrayList<>();
        farm.ifPresent(
                open -> open.cluster().settings().forEach(setting -> rows.add(row(setting))));
        for (ClientSetting setting : ClientSetting.ALL) {
            String users = user.get(setting.key());
            String value =
                    client.origin(setting.key()).isPresent() ? client.get(setting.key()) : users;
            rows.add(
                    new Row(
                            setting.key(),
                            value.isEmpty() ? setting.defaultValue() : value,
                            setting.defaultValue(),
                            client.origin(setting.key())
                                    .or(() ->
                                            Optional.of(user.file().path())
                                                    .filter(_ -> !users.isEmpty()))
                                    .map(Object::toString)
                                    .orElse("default"),
                            setting.description()));
        }
        return rows;
    }

    private static Row row(Setting setting) {
        boolean usual = setting.value().equals(setting.defaultValue());
        return new Row(
                setting.key(),
                setting.value(),
                setting.defaultValue(),
                usual ? "default" : "cluster",
                setting.description());
    }

    /** Writes them. */
    static void write(Output output, List<Row> rows) {
        if (!output.toPeople()) {
            rows.forEach(row ->
                    output.values(List.of(row.key(), row.value(), row.defaultValue(), row.from())));
            return;
        }
        Table table =
                new Table(
                        Column.of("SETTING"),
                        Column.elastic("VALUE"),
                        Column.of("DEFAULT"),
                        Column.elastic("FROM"),
                        Column.elastic("WHAT IT IS"));
        for (Row row : rows) {
            table.row(
                    Cell.of(row.key()),
                    Cell.orDash(row.value()),
                    Cell.orDash(row.defaultValue()),
                    Cell.of(row.from()),
                    Cell.of(row.description()));
        }
        output.table(table);
    }
}
