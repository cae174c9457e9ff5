package io.cattino.coordinator.http;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import io.cattino.coordinator.http.Route.Answer;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** The routes that every coordinator has. Any thread. */
public final class StandardRoutes {
    private static final int SCRAPES = 4;

    private final CollectorRegistry registry;
    private final Supplier<Readiness> health;
    private final Supplier<Readiness> readiness;
    private final Supplier<Leadership> leadership;
    private final Semaphore scrapes = new Semaphore(SCRAPES);

    /**
     * Who leads.
     *
     * @param address {@code host:port}, or empty
     */
    public record Leadership(boolean leading, String address, long epoch) {}

    /**
     * The suppliers are asked at every request, and may wait a moment.
     *
     * @param health whether the process is worth keeping
     * @param readiness whether it is fit for work
     */
    public StandardRoutes(
            CollectorRegistry registry,
            Supplier<Readiness> health,
            Supplier<Readiness> readiness,
            Supplier<Leadership> leadership) {
        this.registry = registry;
        this.health = health;
        this.readiness = readiness;
        this.leadership = leadership;
    }

    public List<Route> all() {
        return List.of(
                Route.get("/healthz", true, _ -> answer(health.get())),
                Route.get("/readyz", true, _ -> answer(readiness.get())),
                Route.get("/leader", false, _ -> leader(leadership.get())),
                Route.get("/metrics", false, this::metrics));
    }

    private static Answer answer(Readiness state) {
        return Answer.text(state.ready() ? 200 : 503, state.text());
    }

    private static Answer leader(Leadership leader) {
        JsonObject body = new JsonObject();
        body.addProperty("leading", leader.leading());
        body.addProperty("leader", leader.address());
        body.addProperty("epoch", leader.epoch());
        return Answer.json(leader.leading() ? 200 : 503, body.toString());
    }

    private Answer metrics(HttpExchange exchange) throws IOException {
        if (!scrapes.tryAcquire()) {
            return Answer.text(503, "too many scrapes at once");
        }
        try {
            String type =
                    TextFormat.chooseContentType(exchange.getRequestHeaders().getFirst("Accept"));
            StringWriter out = new StringWriter();
            TextFormat.writeFormat(type, out, registry.metricFamilySamples());
            return Answer.of(200, type, out.toString());
        } finally {
            scrapes.release();
        }
    }
}
