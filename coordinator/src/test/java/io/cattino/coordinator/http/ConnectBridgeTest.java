package io.cattino.coordinator.http;

import static io.cattino.coordinator.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.ByteString;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.ErrorInfo;
import io.cattino.coordinator.ScriptedAgent;
import io.cattino.coordinator.ScriptedTransfer;
import io.cattino.coordinator.TestCoordinator;
import io.cattino.proto.v1.ClusterServiceGrpc;
import io.cattino.proto.v1.GetTaskRequest;
import io.cattino.proto.v1.ListTasksRequest;
import io.cattino.proto.v1.ListTasksResponse;
import io.cattino.proto.v1.SessionResponse.MessageCase;
import io.cattino.proto.v1.SubmitRequest;
import io.cattino.proto.v1.SubmitResponse;
import io.cattino.proto.v1.TaskServiceGrpc;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ConnectBridgeTest {
    private static final String LIST = "cattino.v1.TaskService/ListTasks";
    private static final String GET = "cattino.v1.TaskService/GetTask";
    private static final String SUBMIT = "cattino.v1.TaskService/Submit";
    private static final String PAGE = "cattino.v1.TaskService/ReadLogPage";
    private static final String JSON = "application/json";
    private static final String PROTO = "application/proto";

    private TestCoordinator coordinator;
    private HttpClient client;

    @BeforeEach
    void start() throws IOException {
        coordinator = TestCoordinator.start();
        client = HttpClient.newHttpClient();
    }

    @AfterEach
    void stop() {
        client.close();
        coordinator.close();
    }

    private HttpRequest.Builder request(String method) {
        return HttpRequest.newBuilder(
                        URI.create(
                                "http://127.0.0.1:"
                                        + coordinator.server().httpPort()
                                        + "/"
                                        + method))
                .header("Authorization", "Bearer " + TestCoordinator.TOKEN);
    }

    private HttpResponse<byte[]> send(HttpRequest.Builder request, String type, byte[] body)
            throws Exception {
        return client.send(
                request.header("Content-Type", type).POST(BodyPublishers.ofByteArray(body)).build(),
                BodyHandlers.ofByteArray());
    }

    private HttpResponse<byte[]> json(String method, String body) throws Exception {
        return send(request(method), JSON, body.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static JsonObject error(HttpResponse<byte[]> answer) {
        assertThat(answer.headers().firstValue("Content-Type")).contains(JSON);
        return JsonParser.parseString(text(answer)).getAsJsonObject();
    }

    private void assertRefused(HttpResponse<byte[]> answer, int status, String code, String says) {
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(status);
        assertThat(error(answer).get("code").getAsString()).isEqualTo(code);
        assertThat(error(answer).get("message").getAsString()).contains(says);
        assertServes();
    }

    private void assertServes() {
        assertThat(
                        coordinator
                                .tasks()
                                .listTasks(ListTasksRequest.getDefaultInstance())
                                .getTasksList())
                .isEmpty();
    }

    @Test
    void storesAndListsInJson() throws Exception {
        String submission =
                JsonFormat.printer().print(TestCoordinator.submission("größe", "b").build());
        HttpResponse<byte[]> stored = json(SUBMIT, submission);
        assertThat(stored.statusCode()).as(text(stored)).isEqualTo(200);
        assertThat(stored.headers().firstValue("Content-Type")).contains(JSON);
        SubmitResponse.Builder response = SubmitResponse.newBuilder();
        JsonFormat.parser().merge(text(stored), response);
        assertThat(response.getTasksList()).extracting("fullname").containsExactly("größe", "b");
        assertThat(text(json(LIST, "{}"))).contains("\"fullname\":\"größe\"");
        assertThat(
                        coordinator
                                .tasks()
                                .listTasks(ListTasksRequest.getDefaultInstance())
                                .getTasksList())
                .hasSize(2);
    }

    @Test
    void memoryThatIsLearnedIsAnEmptyObject() throws Exception {
        SubmitRequest.Builder asks = TestCoordinator.submission("a");
        asks.getTasksBuilder(0).getDevicesBuilder().setCount(1).getAutoBuilder();
        String submission = JsonFormat.printer().print(asks);
        assertThat(submission).containsIgnoringWhitespaces("\"auto\":{}");
        assertThat(json(SUBMIT, submission).statusCode()).isEqualTo(200);
        assertThat(text(json(LIST, "{}"))).contains("\"auto\":{\"family\":");
    }

    @Test
    void answersTheCallOfTheOperationsGuide() throws Exception {
        Matcher call =
                Pattern.compile("-d '(\\{.*})' http://localhost:19193/(\\S+)")
                        .matcher(Files.readString(Path.of("../docs/operations.md")));
        assertThat(call.find()).isTrue();
        HttpResponse<byte[]> answer = json(call.group(2), call.group(1));
        assertThat(answer.statusCode()).as(text(answer)).isEqualTo(200);
    }

    @Test
    void readsALogInPages() throws Exception {
        ScriptedAgent agent = ScriptedAgent.connect(coordinator, "n");
        coordinator.tasks().submit(TestCoordinator.submission("a").build());
        String page = "{\"fullname\":\"a\",\"kind\":\"LOG_KIND_STDOUT\",\"limit\":4}";
        assertThat(text(json(PAGE, page))).isEqualTo("{}");
        agent.started(agent.next(MessageCase.LAUNCH).getLaunch().getRef());
        assertThat(agent.next(MessageCase.REPORT_ACK).hasReportAck()).isTrue();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(
                        request(PAGE)
                                .header("Content-Type", JSON)
                                .POST(BodyPublishers.ofString(page))
                                .build(),
                        BodyHandlers.ofByteArray());
        ScriptedTransfer transfer =
                new ScriptedTransfer(coordinator, agent.next(MessageCase.OPEN_LOG).getOpenLog());
        await().until(() -> transfer.credit.get() > 0);
        transfer.send(ByteString.copyFromUtf8("hello"), false);
        assertThat(text(answer.get(60, TimeUnit.SECONDS)))
                .isEqualTo(
                        "{\"data\":\"aGVsbA==\",\"attempt\":1,\"nextOffset\":\"4\",\"more\":true}");
    }

    @Test
    void storesAndListsInProto() throws Exception {
        HttpResponse<byte[]> stored =
                send(request(SUBMIT), PROTO, TestCoordinator.submission("a").build().toByteArray());
        assertThat(SubmitResponse.parseFrom(stored.body()).getTasks(0).getFullname())
                .isEqualTo("a");
        HttpResponse<byte[]> listed = send(request(LIST), PROTO, new byte[0]);
        assertThat(listed.headers().firstValue("Content-Type")).contains(PROTO);
        assertThat(ListTasksResponse.parseFrom(listed.body()))
                .isEqualTo(coordinator.tasks().listTasks(ListTasksRequest.getDefaultInstance()));
    }

    @Test
    void servesEveryUnaryMethodAndSaysOfStreamsWhereTheyAre() throws Exception {
        List<MethodDescriptor<?, ?>> methods =
                Stream.of(
                                TaskServiceGrpc.getServiceDescriptor(),
                                ClusterServiceGrpc.getServiceDescriptor())
                        .flatMap(service -> service.getMethods().stream())
                        .toList();
        assertThat(methods).hasSizeGreaterThan(15);
        for (MethodDescriptor<?, ?> method : methods) {
            HttpResponse<byte[]> answer = json(method.getFullMethodName(), "{\"\":1}");
            if (method.getType() == MethodDescriptor.MethodType.UNARY) {
                assertRefused(answer, 400, "invalid_argument", "Cannot find field");
            } else {
                assertRefused(answer, 415, "unimplemented", method.getFullMethodName());
            }
        }
    }

    @Test
    void failsAsGrpcDoes() throws Exception {
        GetTaskRequest unknown = GetTaskRequest.newBuilder().setFullname("none").build();
        StatusRuntimeException byGrpc = null;
        try {
            var _ = coordinator.tasks().getTask(unknown);
        } catch (StatusRuntimeException e) {
            byGrpc = e;
        }
        HttpResponse<byte[]> answer = send(request(GET), PROTO, unknown.toByteArray());
        assertRefused(answer, 404, "not_found", "none");
        byte[] status =
                Base64.getDecoder()
                        .decode(
                                answer.headers()
                                        .firstValue("Trailer-Grpc-Status-Details-Bin")
                                        .orElseThrow());
        assertThat(com.google.rpc.Status.parseFrom(status))
                .isEqualTo(StatusProto.fromThrowable(byGrpc));
        JsonObject detail = error(answer).getAsJsonArray("details").get(0).getAsJsonObject();
        assertThat(detail.get("type").getAsString()).isEqualTo("google.rpc.ErrorInfo");
        assertThat(
                        ErrorInfo.parseFrom(
                                        Base64.getDecoder()
                                                .decode(detail.get("value").getAsString()))
                                .getReason())
                .isEqualTo("NOT_FOUND");
        assertThat(detail.getAsJsonObject("debug").get("reason").getAsString())
                .isEqualTo("NOT_FOUND");
    }

    @Test
    void countsCallsWithThoseOfGrpc() throws Exception {
        var _ = json(GET, "{\"fullname\":\"none\"}");
        HttpResponse<String> metrics =
                client.send(request("metrics").GET().build(), BodyHandlers.ofString());
        assertThat(metrics.body())
                .contains(
                        "grpc_server_handled_total{grpc_service=\"cattino.v1.TaskService\",grpc_method=\"GetTask\",grpc_code=\"NOT_FOUND\",} 1.0");
    }

    @Test
    void refusesWhatIsNoJson() throws Exception {
        for (String body :
                List.of(
                        "",
                        "null",
                        "[]",
                        "{",
                        "{} {}",
                        "{'fullname':'a'}",
                        "{\"fullname\":\"a\"} // a",
                        "{\"fullname\":{\"a\":1}}",
                        "[".repeat(100_000),
                        "{\"a\":".repeat(100_000))) {
            assertRefused(json(GET, body), 400, "invalid_argument", "cattino.v1.GetTaskRequest");
        }
        byte[] latin = "{\"fullname\":\"gr\u00f6\u00dfe\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertRefused(send(request(GET), JSON, latin), 400, "invalid_argument", "not a valid");
        assertRefused(
                json(LIST, "{\"page_size\":1e999999999}"), 400, "invalid_argument", "not a valid");
        assertRefused(
                json(LIST, "{\"colour\":1}"), 400, "invalid_argument", "Cannot find field: colour");
    }

    @Test
    void refusesBytesThatAreNoMessage() throws Exception {
        Random random = new Random(3);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[1 + random.nextInt(200)];
            random.nextBytes(noise);
            assertRefused(
                    send(request(SUBMIT), PROTO, noise), 400, "invalid_argument", "malformed");
        }
    }

    @Test
    void refusesOtherTypesAndCodings() throws Exception {
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        for (String type :
                List.of(
                        "text/plain",
                        "application/grpc",
                        "application/connect+json",
                        "application/json; charset=latin1")) {
            assertRefused(send(request(LIST), type, empty), 415, "unimplemented", "Content-Type");
        }
        assertThat(send(request(LIST), "Application/JSON; charset=UTF-8", empty).statusCode())
                .isEqualTo(200);
        assertRefused(
                send(request(LIST).header("Content-Encoding", "gzip"), JSON, empty),
                501,
                "unimplemented",
                "gzip");
        assertRefused(
                send(request(LIST).header("Connect-Protocol-Version", "2"), JSON, empty),
                400,
                "invalid_argument",
                "Connect-Protocol-Version");
    }

    @Test
    void keepsDeadlines() throws Exception {
        byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
        assertRefused(
                send(request(LIST).header("Connect-Timeout-Ms", "0"), JSON, empty),
                504,
                "deadline_exceeded",
                "");
        for (String senseless : List.of("-1", "soon", "12345678901")) {
            assertRefused(
                    send(request(LIST).header("Connect-Timeout-Ms", senseless), JSON, empty),
                    400,
                    "invalid_argument",
                    "Connect-Timeout-Ms");
        }
        assertThat(
                        send(request(LIST).header("Connect-Timeout-Ms", "60000"), JSON, empty)
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesUnknownMethodsAndVerbs() throws Exception {
        assertRefused(json("cattino.v1.TaskService/Nothing", "{}"), 404, "unimplemented", "");
        assertRefused(json("cattino.v1.AgentService/Session", "{}"), 404, "unimplemented", "");
        HttpResponse<byte[]> read =
                client.send(request(LIST).GET().build(), BodyHandlers.ofByteArray());
        assertRefused(read, 405, "unimplemented", "GET");
        assertThat(read.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void refusesCallsWithoutItsTokenAndFromForeignPages() throws Exception {
        HttpResponse<byte[]> bare =
                client.send(
                        HttpRequest.newBuilder(request(LIST).build().uri())
                                .header("Content-Type", JSON)
                                .POST(BodyPublishers.ofString("{}"))
                                .build(),
                        BodyHandlers.ofByteArray());
        assertRefused(bare, 401, "unauthenticated", "no token");
        assertThat(text(bare)).contains("/srv/home/server/token");
        for (String origin : List.of("http://evil.example", "null", "https://127.0.0.1")) {
            assertRefused(
                    send(
                            request(LIST).header("Origin", origin),
                            JSON,
                            "{}".getBytes(StandardCharsets.UTF_8)),
                    403,
                    "permission_denied",
                    "other servers");
        }
        String own = "http://127.0.0.1:" + coordinator.server().httpPort();
        assertThat(
                        send(
                                        request(LIST).header("Origin", own),
                                        JSON,
                                        "{}".getBytes(StandardCharsets.UTF_8))
                                .statusCode())
                .isEqualTo(200);
    }

    @Test
    void refusesBodiesThatAreTooLarge() throws Exception {
        String head = head("Content-Length: " + (16 * 1024 * 1024 + 1));
        try (Socket socket = socket()) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
            assertThat(firstLine(socket)).startsWith("HTTP/1.1 429");
        }
        try (Socket socket = socket()) {
            OutputStream out = socket.getOutputStream();
            out.write(head("Transfer-Encoding: chunked").getBytes(StandardCharsets.US_ASCII));
            byte[] chunk = new byte[1024 * 1024];
            // Exactly one chunk more than it reads: what it has not read would cost us its answer.
            for (int i = 0; i < 16; i++) {
                out.write("100000\r\n".getBytes(StandardCharsets.US_ASCII));
                out.write(chunk);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            out.write("1\r\n0\r\n0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(firstLine(socket)).startsWith("HTTP/1.1 429");
        }
        assertServes();
    }

    @Test
    void hangsUpOnBodiesThatDoNotCome() throws Exception {
        try (Socket socket = socket()) {
            socket.getOutputStream()
                    .write((head("Content-Length: 100") + "{").getBytes(StandardCharsets.US_ASCII));
            assertServes();
            assertThat(json(LIST, "{}").statusCode()).isEqualTo(200);
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
        }
        assertServes();
    }

    @Test
    void carriesLargeSubmissions() throws Exception {
        var submission = TestCoordinator.submission();
        for (int i = 0; i < 10_000; i++) {
            submission.addTasks(TestCoordinator.task("sweep/run-" + i));
        }
        HttpResponse<byte[]> stored =
                send(request(SUBMIT), PROTO, submission.build().toByteArray());
        assertThat(SubmitResponse.parseFrom(stored.body()).getTasksList()).hasSize(10_000);
    }

    private Socket socket() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), coordinator.server().httpPort());
    }

    private static String head(String length) {
        return "POST /"
                + LIST
                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Authorization: Bearer "
                + TestCoordinator.TOKEN
                + "\r\n"
                + length
                + "\r\n\r\n";
    }

    private static String firstLine(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = socket.getInputStream().read(); c >= ' '; c = socket.getInputStream().read()) {
            line.append((char) c);
        }
        return line.toString();
    }
}
