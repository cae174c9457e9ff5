package io.cattino.cli;

import io.cattino.cli.session.Invocation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs several commands in one process, one after the other, with a comma between them: {@code list
 * , test , why a}. The build does it once with every distribution, while the JVM notes what it
 * loads; what it noted makes every later command start in a fraction of the time.
 */
public final class Rehearsal {

    private Rehearsal() {}

    /** Runs the commands; what they end with is said, and of no consequence. */
    public static void main(String[] args) {
        List<String> words = new ArrayList<>();
        for (String arg : args) {
            if (arg.equals(",")) {
                perform(words);
                words.clear();
            } else {
                words.add(arg);
            }
        }
        perform(words);
    }

    /** As on a terminal, and as on a pipe. */
    private static void perform(List<String> words) {
        Invocation pipe = Invocation.ofProcess();
        Map<String, String> env = new HashMap<>(pipe.env());
        env.put("CATTINO_FORCE_TTY", "100");
        Invocation terminal =
                new Invocation(
                        env,
                        pipe.directory(),
                        pipe.in(),
                        pipe.out(),
                        pipe.err(),
                        pipe.terminals(),
                        pipe.clock());
        for (Invocation invocation : List.of(terminal, pipe)) {
            int exit = Main.run(invocation, words.toArray(String[]::new));
            invocation.err().printf("rehearsed %s: exit %d%n", words, exit);
            invocation.err().flush();
        }
    }
}
