package com.example.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.cattino.client.TaskInfo;
import io.cattino.client.TaskStatus;
import io.cattino.testkit.InProcessMeow;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Against a whole farm with four fake cards, inside this JVM. */
class TrainAndEvaluateTest {
    @RegisterExtension
    static final InProcessMeow FARM = InProcessMeow.builder().fakeGpus(4, 24_576).build();

    private final TrainAndEvaluate program =
            new TrainAndEvaluate(FARM.client(), Path.of("scripts"), System.out);

    @BeforeEach
    void emptyTheFarm() {
        FARM.reset();
    }

    @Test
    void readsTheAccuracy() throws Exception {
        assertEquals(0.93, program.accuracy("first", "0.1"));
        List<TaskInfo> tasks = FARM.client().tasks().labels("learning-rate=0.1").list();
        assertEquals(List.of("first/train"), tasks.stream().map(TaskInfo::fullname).toList());
    }

    @Test
    void saysWhyATrainingFailed() {
        String failure =
                assertThrows(IllegalStateException.class, () -> program.accuracy("second", "many"))
                        .getMessage();
        assertTrue(failure.contains("second/train is Failed"), failure);
        assertTrue(failure.contains("the loss is not a number"), failure);
        TaskInfo evaluate = FARM.client().task("second/evaluate").info();
        assertEquals(TaskStatus.WAITING, evaluate.status());
        assertTrue(evaluate.stuck());
    }

    @Test
    void goesOnWhenTheCoordinatorRestarts() throws Exception {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var accuracy = threads.submit(() -> program.accuracy("third", "0.2"));
            FARM.restartLeader();
            assertEquals(0.93, accuracy.get(1, TimeUnit.MINUTES));
        }
    }
}
