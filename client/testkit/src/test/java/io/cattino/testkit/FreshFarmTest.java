package io.cattino.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.client.ProcTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A field that is not static: each test has a farm of its own. */
class FreshFarmTest {
    @RegisterExtension final InProcessMeow farm = InProcessMeow.builder().build();

    @Test
    void oneTestUsesAName() throws Exception {
        useTheName();
    }

    @Test
    void anotherTestUsesItToo() throws Exception {
        useTheName();
    }

    private void useTheName() throws Exception {
        assertThat(farm.client().tasks().list()).isEmpty();
        var task = farm.client().submit(ProcTask.builder("taken").command("true").build());
        assertThat(task.await(Tasks.PATIENCE).isDone()).isTrue();
    }
}
