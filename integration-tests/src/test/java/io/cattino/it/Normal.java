package io.cattino.it;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Output without what differs from run to run: times, ids, ports, paths, the machine. What stands
 * in columns keeps its order but not its distance: times take more or less room.
 */
final class Normal {
    private static final String DATE = "\\d{4}-\\d\\d-\\d\\d";

    private final List<Rule> rules = new ArrayList<>();

    private record Rule(Pattern pattern, String replacement) {
        String apply(String text) {
            return pattern.matcher(text).replaceAll(replacement);
        }
    }

    private Normal() {}

    /** What is known of any farm. */
    static Normal of(Farm farm) {
        Normal normal = new Normal();
        normal.literally(farm.path("").toString().replaceAll("/$", ""), "/farm")
                .literally(Distribution.home().toString(), "/cattino")
                .literally(System.getProperty("java.home"), "/java")
                .rule("/hosts/[^/]+/", "/hosts/<host>/")
                .rule("(gpu-01) \\[[0-3,]+]", "$1 [<n>]")
                .rule(DATE + "/\\d\\d-\\d\\d-\\d\\d(_\\d+)?", "<run>")
                .rule(DATE + "T\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)", "<time>")
                .rule(DATE + " \\d\\d:\\d\\d:\\d\\d", "<time>")
                .rule("\\b" + DATE + "\\b", "<date>")
                .rule("\\(id \\d+", "(id <id>")
                .rule("\\b\\d\\d:\\d\\d:\\d\\d\\b", "<clock>")
                .rule("\\b\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}\\b", "<uuid>")
                .rule("\\b(localhost|127\\.0\\.0\\.1):\\d+(/\\d+)?", "$1:<port>")
                .rule("--port \\d+", "--port <port>")
                .rule("\\b(PID|pid) \\d+", "$1 <pid>")
                .rule("(\"?pid\"?: ?)\\d+", "$1<pid>")
                .rule("\\b(by|for) " + word(System.getProperty("user.name")), "$1 <user>")
                .rule("^(pid|host|git_revision|start_time) ⇥ .*", "$1 ⇥ <$1>")
                .rule("(\"user\": ?\")[^\"]*", "$1<user>")
                .rule("\\b\\d+\\.\\d+\\.\\d+(-[\\w.]+)?( \\(\\w+\\))?(?![\\w.:])", "<version>")
                .rule("\\b\\d+(\\.\\d+)?(ms|s|[dhm](\\d+[hms]){0,3})\\b", "<t>")
                .rule("(?<=\\S)[ ─]*─$", "")
                .rule("(?<=\\S) {2,}(?=\\S)", "  ")
                .rule("(?<= {2}|^)(\\S[^ …]{0,2})[^ ]*(?: [^ ]+)* ?…", "$1…")
                // The cores and the memory of this machine, in front of how many tasks it has.
                .rule("(?<=%  )\\d+(?=  \\S+G  )", "<cpus>")
                .rule("\\b\\d+(\\.\\d+)?G(?=  \\d+  (<version>  )?<t>)", "<mem>");
        return normal;
    }

    private static String word(String text) {
        return Pattern.quote(text) + "\\b";
    }

    private Normal literally(String text, String replacement) {
        return rule(Pattern.quote(text), replacement);
    }

    /** One more rule, after those before it. */
    Normal rule(String regex, String replacement) {
        rules.add(new Rule(Pattern.compile(regex), replacement));
        return this;
    }

    /** One line without what differs. */
    String line(String text) {
        String normal = text;
        for (Rule rule : rules) {
            normal = rule.apply(normal);
        }
        return normal.stripTrailing();
    }
}
