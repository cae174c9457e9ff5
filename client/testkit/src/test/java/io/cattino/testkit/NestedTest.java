package io.cattino.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.client.ProcTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A farm of a class is that of the classes in it: not closed when the first of them ends. */
class NestedTest {
    @RegisterExtension static final InProcessMeow FARM = InProcessMeow.builder().build();

    @AfterAll
    static void bothUsedTheSame() {
        assertThat(FARM.client().tasks().list()).hasSize(2);
    }

    @Nested
    class First {
        @Test
        void runs() throws Exception {
            run("first");
        }
    }

    @Nested
    class Second {
        @Test
        void runs() throws Exception {
            run("second");
        }
    }

    private static void run(String name) throws Exception {
        var task = FARM.client().submit(ProcTask.builder(name).command("true").build());
        assertThat(task.await(Tasks.PATIENCE).isDone()).isTrue();
    }
}
