package io.cattino.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cattino.client.MeowClient;
import io.cattino.client.MeowException;
import io.cattino.client.ProcTask;
import io.cattino.client.Submission;
import io.cattino.client.TaskGroup;
import io.cattino.client.TaskStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An hour of random faults under load: three ZooKeepers, three coordinators, three agents; clients
 * repeat a submission until it is acknowledged, tasks write down what really ran, and a checker
 * compares. {@code -Dcattino.soak.minutes}, {@code -Dcattino.soak.seed}.
 */
@Tag("soak")
class SoakIT {
    private static final Logger LOG = LoggerFactory.getLogger(SoakIT.class);
    private static final Duration LENGTH =
            Duration.ofMinutes(Long.getLong("cattino.soak.minutes", 60));
    private static final long SEED =
            Long.getLong("cattino.soak.seed", new SplittableRandom().nextLong());
    private static final Duration LOST_AFTER = Duration.ofSeconds(20);
    private static final Duration HEALING = Duration.ofMinutes(10);
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");
    private static final int CLIENTS = 4;

    /** More would measure how many processes this machine starts. */
    private static final int PER_SECOND = Integer.getInteger("cattino.soak.rate", 16);

    /** Accepted and not yet ended, so that the queue does not outgrow the machine. */
    private static final int OPEN = 600;

    private static final int GROUP = 500;

    @RegisterExtension static final Farm FARM = Farm.empty();

    /** What clients know: tasks by name. */
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();

    private final AtomicLong refused = new AtomicLong();
    private final Semaphore rate = new Semaphore(0);

    @Test
    void nothingIsLostOrRepeatedWhateverBreaks() throws Exception {
        LOG.info("soak seed={} minutes={}", SEED, LENGTH.toMinutes());
        Witness witness = Witness.of(FARM);
        try (Apart apart =
                        new Apart(
                                FARM,
                                Map.of(
                                        "node-1", "4x24576", "node-2", "4x24576", "node-3",
                                        "4x24576"),
                                3,
                                Ensemble.of(3));
                ExecutorService threads = Executors.newCachedThreadPool()) {
            apart.client().cluster().set("lost-after", Long.toString(LOST_AFTER.toSeconds()));
            apart.client().cluster().set("keep-finished", "5000");
            Nemesis nemesis = new Nemesis(apart, NODES, LOST_AFTER, SEED);
            Future<?> faults =
                    threads.submit(() -> {
                        nemesis.run();
                        return null;
                    });
            long end = System.nanoTime() + LENGTH.toNanos();
            AtomicLong next = new AtomicLong();
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(
                        threads.submit(() -> {
                            while (System.nanoTime() - end < 0) {
                                submit(apart.client(), next.getAndIncrement(), witness);
                            }
                            return null;
                        }));
            }
            pace(witness, end, faults, clients);
            for (Future<?> client : clients) {
                client.get();
            }
            nemesis.end();
            faults.get();
            awaitTheLast(apart);
            Witness.Report report = witness.report(acknowledged);
            LOG.info("soak seed={} faults={} refused={} {}", SEED, nemesis.done(), refused, report);
            System.out.println("soak: " + report + " faults=" + nemesis.done());
            assertThat(report.findings()).as("seed %d", SEED).isEmpty();
        }
    }

    /** Lets so many submissions through each second, as long as what is open does not pile up. */
    private void pace(Witness witness, long end, Future<?> faults, List<Future<?>> clients)
            throws Exception {
        await("the soak is over")
                .pollInterval(Duration.ofSeconds(1))
                .atMost(LENGTH.plusMinutes(10))
                .until(() -> {
                    if (faults.isDone()) {
                        faults.get(); // it failed
                    }
                    long open = acknowledged.size() - witness.ends();
                    if (open < OPEN && rate.availablePermits() < 2 * PER_SECOND) {
                        rate.release(PER_SECOND);
                    }
                    boolean over = System.nanoTime() - end >= 0;
                    if (over) {
                        rate.release(CLIENTS);
                    }
                    return over && clients.stream().allMatch(Future::isDone);
                });
    }

    private void submit(MeowClient client, long number, Witness witness)
            throws InterruptedException {
        if (!rate.tryAcquire(1, TimeUnit.MINUTES)) {
            return;
        }
        String group = "s" + number / GROUP;
        String name = "t" + number % GROUP;
        // Most are short; some outlive every fault.
        int seconds = number % 50 == 0 ? 30 : number % 5 == 0 ? 2 : 0;
        Submission once =
                Submission.builder()
                        .add(
                                TaskGroup.builder(group)
                                        .open(true)
                                        .add(
                                                ProcTask.builder(name)
                                                        .command(witness.work(seconds))
                                                        .build())
                                        .build())
                        .context(FARM.context())
                        .build();
        while (true) {
            try {
                client.submit(once);
                acknowledged.add(group + "/" + name);
                return;
            } catch (MeowException _) {
                // Whether it was accepted is unknown: the same request again, until that is known.
                refused.incrementAndGet();
            }
        }
    }

    private static void awaitTheLast(Apart apart) {
        await("every task has ended once all is well")
                .pollInterval(Duration.ofSeconds(2))
                .atMost(HEALING)
                .ignoreExceptionsInstanceOf(MeowException.class)
                .until(() -> {
                    Map<TaskStatus, Long> counts = apart.client().cluster().status().tasks();
                    return counts.getOrDefault(TaskStatus.RUNNING, 0L) == 0
                            && counts.getOrDefault(TaskStatus.WAITING, 0L) == 0;
                });
    }
}
