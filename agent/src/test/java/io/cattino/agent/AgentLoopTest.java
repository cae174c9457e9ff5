package io.cattino.agent;

import static io.cattino.agent.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.cattino.agent.core.AgentCore;
import io.cattino.agent.core.AgentEffect;
import io.cattino.agent.core.AgentInput;
import io.cattino.agent.core.AgentLimits;
import io.cattino.agent.core.AttemptId;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AgentLoopTest {

    private static final AttemptId ID = new AttemptId(7, 1, 1);

    @Test
    void aLaunchThatLayThereWhileTheAgentWasFrozenIsNotObeyed() throws InterruptedException {
        AtomicLong clock = new AtomicLong(1_000);
        List<AgentEffect> effects = new CopyOnWriteArrayList<>();
        AgentLoop loop =
                new AgentLoop(
                        new AgentCore(AgentLimits.DEFAULTS, 1, 1),
                        effects::add,
                        InstantSource.system(),
                        clock::get);
        loop.start();
        loop.post(at -> new AgentInput.Connected(at, 1, 1));
        loop.read(AgentCore::highestEpoch).join();
        clock.addAndGet(9_999);
        loop.tick();
        loop.read(AgentCore::highestEpoch).join();
        assertThat(effects).isEmpty();
        clock.addAndGet(10_000);
        loop.post(at -> new AgentInput.Launch(at, 1, 1, ID, List.of(), 1_000));
        await().until(() -> !effects.isEmpty());
        assertThat(effects)
                .containsExactly(new AgentEffect.DropSession(1, "this agent was frozen for 10 s"));
        loop.stop();
    }
}
