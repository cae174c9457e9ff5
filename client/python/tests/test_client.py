"""The client for notebooks and programs: what it sends, to whom, and what it makes of the answers."""

import base64
import json
import os
import socket
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from unittest import mock

import cattino
from cattino import CattinoError, Magics, _connect, _server, _submit
from cattino.client import Client
from cattino.tasks import ProcTask, Task, TaskGraph, TaskGroup, TaskStatus

ID = "[0-9A-HJKMNP-TV-Z]{26}"


def refusal(status, code, message, **metadata):
    reason = metadata.pop("reason", "")
    debug = {"reason": reason, "domain": "cattino", "metadata": metadata}
    details = [{"type": "google.rpc.ErrorInfo", "value": base64.b64encode(b"-").decode(), "debug": debug}]
    return status, {"code": code, "message": message, "details": details}


def task(status, name="a", number=1, **more):
    return dict({"id": str(number), "spec": {"fullname": name}, "status": "TASK_STATUS_" + status}, **more)


def page(data, end, **more):
    return dict({"data": base64.b64encode(data).decode(), "nextOffset": str(end), "attempt": 2}, **more)


class Stub(HTTPServer):
    """Answers each request with the next of the answers that it was given; None: it hangs up."""

    def __init__(self, port=0):
        super().__init__(("127.0.0.1", port), Handler)
        self.answers, self.asked, self.headers = [], [], []
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def port(self):
        return self.server_address[1]

    def handle_error(self, request, client_address):
        pass  # a client that has hung up

    def close(self):
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path.rpartition("/")[2], json.loads(body.decode())))
        self.server.headers.append(self.headers)
        answer = self.server.answers.pop(0)
        if answer is None:
            return
        status, content = answer if isinstance(answer, tuple) else (200, answer)
        text = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class Surroundings(unittest.TestCase):
    """A home, a configuration and a directory of their own."""

    def setUp(self):
        made = tempfile.TemporaryDirectory()
        self.addCleanup(made.cleanup)
        self.root = Path(made.name).resolve()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("CATTINO_")}
        kept.update(CATTINO_HOME=str(self.root / "home"), XDG_CONFIG_HOME=str(self.root / "config"))
        patch = mock.patch.dict(os.environ, kept, clear=True)
        patch.start()
        self.addCleanup(patch.stop)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(str(self.root))

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return str(file)

    def local_server(self, port, http_port, pid=None):
        server = "home/hosts/%s/server/" % _server._hostname()
        said = {"pid": pid or os.getpid(), "grpcPort": port, "httpPort": http_port, "bootId": ""}
        self.write(server + "server.json", json.dumps(said))
        return self.write(server + "token", "secret\n")

    def stub(self, *answers):
        stub = Stub()
        self.addCleanup(stub.close)
        stub.answers.extend(answers)
        return stub

    def client(self, *answers, **more):
        self.server = self.stub(*answers)
        return Client("127.0.0.1", self.server.port, "secret", **more)


class Requests(Surroundings):
    def request(self, item, override=None):
        return _submit.request(item, override, False)

    def test_hold_what_a_task_says(self):
        one = ProcTask(
            ["a", "b c"],
            {"X": "1"},
            "one",
            3,
            0.5,
            2,
            cpus=4,
            cwd="sub",
            hold=True,
            labels={"k": 1},
            after="x,y",
            on_disconnect="fail",
            lost_after="1m",
            constraint="label.ssd",
            exclude="old-*",
        )
        made = self.request(one, "rename")
        self.assertEqual(
            made["tasks"],
            [
                {
                    "fullname": "one",
                    "command": {"argv": ["a", "b c"], "shell": False},
                    "priority": 3,
                    "env": {"X": "1"},
                    "labels": {"k": "1"},
                    "cpus": 4,
                    "workingDirectory": str(self.root / "sub"),
                    "hold": True,
                    "onDisconnect": "ON_DISCONNECT_FAIL",
                    "lostAfter": "60.000s",
                    "devices": {"count": 2, "sharePpm": 500000},
                    "where": {
                        "excluded": ["old-*"],
                        "must": [{"key": "label.ssd", "operator": "OPERATOR_PRESENT", "values": []}],
                    },
                }
            ],
        )
        self.assertEqual([(edge["from"], edge["to"]) for edge in made["edges"]], [("x", "one"), ("y", "one")])
        self.assertEqual(made["overrideMode"], "OVERRIDE_MODE_RENAME")

    def test_hold_groups_and_their_order(self):
        inner = TaskGroup([ProcTask("true", task_name="a")], group_name="inner")
        outer = TaskGroup([inner, ProcTask("x | y", task_name="b", shell=True)], "sequential", "outer")
        made = self.request(outer)
        self.assertEqual([it["fullname"] for it in made["groups"]], ["outer", "outer/inner"])
        self.assertEqual([it["fullname"] for it in made["tasks"]], ["outer/inner/a", "outer/b"])
        self.assertEqual(made["tasks"][1]["command"], {"argv": ["x | y"], "shell": True})
        self.assertEqual(made["edges"], [{"from": "outer/inner/a", "to": "outer/b"}])

    def test_hold_graphs_of_tasks_and_groups(self):
        a, b = ProcTask("true", task_name="a"), ProcTask("true", task_name="b")
        group = TaskGroup([b, ProcTask("true", task_name="c")], "sequential", group_name="g")
        graph = TaskGraph()
        graph.add_edge(a, group)
        made = self.request(graph)
        self.assertEqual([it["fullname"] for it in made["tasks"]], ["a", "g/b", "g/c"])
        self.assertEqual(
            sorted((it["from"], it["to"]) for it in made["edges"]), [("a", "g/b"), ("a", "g/c"), ("g/b", "g/c")]
        )
        graph.remove_task(b)
        with self.assertRaisesRegex(ValueError, "not all of the group g: g/b is missing"):
            self.request(graph)

    def test_refuse_what_needs_a_script_and_say_what_to_do(self):
        class Hooked(ProcTask):
            def on_end(self):
                pass

        class HookedGroup(TaskGroup):
            def on_start(self):
                pass

        Magics.register_new_resolver("node_only", lambda text: text)
        self.addCleanup(Magics._resolvers.pop, "node_only")
        for item, why in (
            (ProcTask(print, task_name="f"), "f cannot .* it is a function"),
            (Task("c"), "c cannot .* a class of its own"),
            (Hooked("true", task_name="h"), "h cannot .* its class defines on_end"),
            (HookedGroup(ProcTask("true"), group_name="g"), "g cannot .* it has hooks"),
            (ProcTask("echo ${node_only: ${task_name}}", task_name="r"), "r cannot .* calls a resolver"),
        ):
            with self.assertRaisesRegex(ValueError, why + "(.|\n)*meow create script.py"):
                self.request(item)
        resolved = self.request(ProcTask("echo ${node_only: x} ${task_name}", task_name="r"))
        self.assertEqual(resolved["tasks"][0]["command"]["argv"], ["echo", "x", "${task_name}"])

    def test_refuse_what_is_no_task(self):
        self.assertRaises(TypeError, self.request, [5])
        self.assertRaises(TypeError, self.request, "ab")
        for item in ([], TaskGraph()):
            self.assertRaisesRegex(ValueError, "no task in it", self.request, item)
        inside = ProcTask("true", task_name="a")
        TaskGroup(inside, group_name="g")
        self.assertRaisesRegex(ValueError, "g/a lies in a group: submit g", self.request, inside)
        self.assertRaisesRegex(ValueError, "override", self.request, ProcTask("true"), "perhaps")

    def test_leave_out_what_is_secret_or_belongs_here(self):
        denied = (
            "SSH_X",
            "display", "CUDA_VISIBLE_DEVICES", "CATTINO_X", "token", "HF_TOKEN", "A_SECRET_1", "PASSWORDS",
        )
        os.environ.update({name: "x" for name in denied}, KEPT="ja", TOKENIZERS_PARALLELISM="false")
        os.environ["RAW"] = os.fsdecode(b"\xff")
        context = self.request(ProcTask("true"))["context"]
        self.assertEqual([name for name in denied if name in context["environment"]], [])
        self.assertEqual(context["environment"]["KEPT"], "ja")
        self.assertIn("TOKENIZERS_PARALLELISM", context["environment"])
        self.assertEqual(context["environment"]["RAW"], "\ufffd")
        self.assertEqual(context["workingDirectory"], str(self.root))
        before = os.umask(0o027)
        try:
            self.assertEqual(self.request(ProcTask("true"))["context"]["umask"], 0o027)
        finally:
            os.umask(before)


class Calls(Surroundings):
    STORED = {"submissionId": "S", "runDir": "/run", "tasks": [{"taskId": "1", "fullname": "a_1"}]}

    def test_submit_and_name_what_was_stored(self):
        made = self.client(self.STORED).submit(ProcTask("true", task_name="a"))
        self.assertEqual((made.id, made.names, made.directory), ("S", ["a_1"], "/run"))
        method, request = self.server.asked[0]
        self.assertEqual(method, "Submit")
        self.assertRegex(request["requestId"], "^%s$" % ID)
        headers = self.server.headers[0]
        self.assertEqual(headers["Authorization"], "Bearer secret")
        self.assertEqual((headers["Content-Type"], headers["Connect-Protocol-Version"]), ("application/json", "1"))
        self.assertLessEqual(int(headers["Connect-Timeout-Ms"]), 5001)

    def test_give_large_submissions_more_time(self):
        self.client(self.STORED).submit(ProcTask("true", {"X": "x" * (1 << 20)}))
        self.assertGreater(int(self.server.headers[0]["Connect-Timeout-Ms"]), 50_000)

    def test_repeat_under_one_id_what_broke(self):
        client = self.client(None, refusal(503, "unavailable", "later"), (503, b"gone"), self.STORED)
        client.submit(ProcTask("true"))
        self.assertEqual(len({request["requestId"] for _, request in self.server.asked}), 1)
        self.assertEqual(len(self.server.asked), 4)

    def test_do_not_repeat_refusals(self):
        client = self.client(
            refusal(409, "already_exists", "'a' exists", reason="NAME_EXISTS", hint="--override rename helps")
        )
        with self.assertRaises(CattinoError) as caught:
            client.submit(ProcTask("true"))
        error = caught.exception
        self.assertEqual(str(error), "'a' exists\noverride=\"rename\" helps")
        self.assertEqual((error.code, error.reason, error.passes), ("already_exists", "NAME_EXISTS", False))

    def test_give_up_in_time(self):
        client = self.client(*[None] * 50, timeout=0.3)
        with self.assertRaisesRegex(CattinoError, "broke off cattino.v1.TaskService/Submit") as caught:
            client.submit(ProcTask("true"))
        self.assertEqual(caught.exception.code, "unavailable")

    def test_name_strangers(self):
        with self.assertRaisesRegex(CattinoError, "127.0.0.1:.* is no coordinator: HTTP 404"):
            self.client((404, b"<html>")).tasks()
        with self.assertRaisesRegex(CattinoError, "is no coordinator: HTTP 200"):
            self.client(b"[]").tasks()

    def test_read_tasks_page_by_page(self):
        attempt = {"ref": {"number": 2}, "node": "n"}
        first = task("FAILED", exitCode=3, reason={"text": "exit 3", "code": "X"}, attempts=[attempt], runDir="/r")
        client = self.client({"tasks": [first], "nextPageToken": "p"}, {"tasks": [task("WAITING", "b", 2, stuck=True)]})
        one, two = client.tasks("g")
        self.assertEqual((one.name, one.status, one.exit_code, one.reason), ("a", "failed", 3, "exit 3"))
        self.assertEqual((one.node, one.attempt, one.directory), ("n", 2, "/r/a"))
        self.assertEqual((two.id, two.exit_code, two.stuck, two.attempt), (2, None, True, 0))
        self.assertEqual([it["pageToken"] for _, it in self.server.asked], ["", "p"])
        self.assertEqual(self.server.asked[0][1]["query"]["names"], ["g"])

    def test_wait_until_all_are_over(self):
        client = self.client(
            self.STORED,
            {"tasks": [task("WAITING")]},
            None,
            {"tasks": [task("WAITING", stuck=True), task("RUNNING", "b")]},
            {"tasks": [task("WAITING", stuck=True)]},
            {"tasks": [task("WAITING", stuck=True), task("DONE", "b")]},
        )
        made = client.submit(ProcTask("true"))
        self.assertEqual([it.status for it in made.wait(60)], [TaskStatus.Waiting, TaskStatus.Done])
        self.assertEqual(self.server.answers, [])
        self.assertEqual(client.wait([]), [])

    def test_wait_no_longer_than_allowed(self):
        client = self.client(*[{"tasks": [task("RUNNING")]}] * 50)
        with self.assertRaisesRegex(TimeoutError, "not over after 0.1 s: a"):
            client.wait("a", 0.1)

    def test_know_the_status_of_all(self):
        both = {"tasks": [task("DONE"), task("RUNNING")]}
        made = self.client(self.STORED, {"tasks": [task("DONE")]}, both, {}).submit(ProcTask("true"))
        self.assertEqual([made.status(), made.status()], [TaskStatus.Done, TaskStatus.MultiStatus])
        self.assertRaisesRegex(CattinoError, "no task of the submission is left: a_1", made.status)

    def test_cancel_what_has_not_ended(self):
        changed = {"changes": [{"fullname": "b", "outcome": "OUTCOME_CHANGED"}]}
        before, after = {"tasks": [task("DONE"), task("RUNNING", "b")]}, {"tasks": [task("DONE")]}
        client = self.client(self.STORED, before, changed, after)
        made = client.submit(ProcTask("true"))
        self.assertEqual(made.cancel(), ["b"])
        self.assertEqual(self.server.asked[2][1]["selector"], {"names": ["b"]})
        self.assertEqual(made.cancel(), [])

    def test_cancel_no_more_names_at_once_than_a_call_takes(self):
        client = self.client({}, {"changes": [{"fullname": "x", "outcome": "OUTCOME_CHANGED"}]})
        self.assertEqual(client.cancel(["x"] * 10_001), ["x"])
        first, second = (request for _, request in self.server.asked)
        self.assertEqual([len(it["selector"]["names"]) for it in (first, second)], [10_000, 1])
        self.assertNotEqual(first["requestId"], second["requestId"])
        self.assertEqual(client.cancel([]), [])

    def test_tell_wrong_names(self):
        with self.assertRaisesRegex(CattinoError, "no task or group x") as caught:
            self.client({"unknownNames": ["x"]}).wait("x")
        self.assertEqual(caught.exception.code, "not_found")
        with self.assertRaisesRegex(CattinoError, "no task or group x"):
            self.client({"changes": [{"fullname": "x", "outcome": "OUTCOME_NOT_FOUND"}]}).cancel("x")
        made = self.client(self.STORED).submit(ProcTask("true"))
        self.assertRaisesRegex(ValueError, "'x' is no task of the submission; name one of a_1", made.logs, "x")

    def test_read_logs_page_by_page(self):
        client = self.client(page(b"hell", 4, more=True), page(b"\xc3", 5, more=True), page(b"\xa9\xff", 7), {})
        self.assertEqual(client.logs("a"), "hell\u00e9\ufffd")
        self.assertEqual(client.logs("a", "stderr"), "")
        first, second, third, other = self.server.asked
        self.assertEqual(first, ("ReadLogPage", {"fullname": "a", "kind": "LOG_KIND_STDOUT", "offset": -(16 << 20)}))
        self.assertEqual((second[1]["offset"], second[1]["attempt"], third[1]["offset"]), ("4", 2, "5"))
        self.assertEqual(other[1]["kind"], "LOG_KIND_STDERR")
        self.assertRaisesRegex(ValueError, "stream", client.logs, "a", "both")
        self.assertRaisesRegex(ValueError, "max_bytes is at least 1, not 0", client.logs, "a", max_bytes=0)

    def test_say_that_a_log_is_cut(self):
        client = self.client(page(b"rt\none\n", 15, offset="8"), page(b"none", 12, offset="8", more=True))
        with self.assertWarnsRegex(UserWarning, "only the last 4 bytes of the stdout of a; .* meow logs -s stdout a"):
            self.assertEqual(client.logs("a", max_bytes=7), "one\n")
        with self.assertWarnsRegex(UserWarning, "only the last 4 bytes"):
            self.assertEqual(client.logs("a", max_bytes=4), "none")
        self.assertEqual(self.server.answers, [])

    def test_show_of_a_log_with_a_gap_what_comes_behind_it(self):
        behind = dict(page(b"wo\nthree\n", 100, offset="90"), dropped="84")
        client = self.client(page(b"one\nt", 6, more=True), behind)
        with self.assertWarnsRegex(UserWarning, "only the last 6 bytes of the stdout of a"):
            self.assertEqual(client.logs("a"), "three\n")

    def test_read_what_hooks_of_groups_printed_on_one_node_or_two(self):
        starts, ends, both = page(b"starts\n", 7), page(b"ends\n", 5), page(b"starts\nends\n", 12)
        gone = refusal(404, "not_found", "no task g/@on_end")
        broken = refusal(503, "internal", "x")
        client = self.client(starts, ends, both, both, starts, both, starts, gone, starts, broken)
        for _ in range(3):
            self.assertEqual(client.logs("g", "hooks"), "starts\nends\n")
        self.assertEqual(client.logs("g", "hooks"), "starts\n")
        self.assertRaisesRegex(CattinoError, "x", client.logs, "g", "hooks")
        self.assertEqual([it["fullname"] for _, it in self.server.asked[:2]], ["g", "g/@on_end"])

    def test_are_not_made_while_a_script_is_exported(self):
        os.environ["CATTINO_PHASE"] = "export"
        self.assertRaisesRegex(RuntimeError, "meow create runs this script", self.client().submit, ProcTask("true"))


class Targets(Surroundings):
    def token(self, *arguments):
        return _server.find(*arguments).token()

    def ports(self):
        return [(it.host, it.http_port) for it in _server.find().addresses]

    def test_are_this_hosts_server_by_default(self):
        self.assertEqual(self.ports(), [("localhost", 19193)])
        self.assertFalse(_server.find().exists)
        self.local_server(5000, 5009)
        self.assertEqual(self.ports(), [("localhost", 5009)])
        self.assertTrue(_server.find().exists)
        self.assertEqual(self.token(), "secret")

    def test_are_those_that_somebody_names(self):
        self.write("pyproject.toml", '[tool.cattino]\ncoordinator = "project:7000/7001"\n')
        self.write("home/settings.toml", 'host = "set"\n')
        self.assertEqual(self.ports(), [("project", 7001)])
        self.write("config/cattino/config.toml", 'current-context = "lab"\n[contexts.lab]\ncoordinator = "lab"\n')
        self.assertEqual(self.ports(), [("lab", 19193)])
        os.environ["CATTINO_HOST"] = "one"
        self.assertEqual(self.ports(), [("one", 19193)])
        os.environ["CATTINO_COORDINATOR"] = "a:1/2,[::1]:3/4"
        self.assertEqual(self.ports(), [("a", 2), ("::1", 4)])

    def test_want_to_know_the_port_for_http(self):
        os.environ["CATTINO_COORDINATOR"] = "farm:7000"
        self.assertRaisesRegex(ValueError, "CATTINO_COORDINATOR=farm:7000/HTTP-PORT", _server.find)
        os.environ["CATTINO_COORDINATOR"] = "localhost:7000"
        self.assertRaisesRegex(CattinoError, "no server of this host is at localhost:7000\n.*meow run", _server.find)
        os.environ["CATTINO_COORDINATOR"] = "a b"
        self.assertRaisesRegex(ValueError, "cannot read 'a b'", _server.find)

    def test_get_no_token_that_is_not_theirs(self):
        self.local_server(5000, 5009)
        self.assertEqual(self.token("localhost", 5009), "secret")
        self.assertIsNone(self.token("localhost", 5010))
        self.assertIsNone(self.token("farm", 5009))
        self.assertEqual(self.token("farm", 5009, "given"), "given")
        os.environ["CATTINO_COORDINATOR"] = "localhost:5000/5009,farm:5000/5009"
        self.assertIsNone(self.token())
        os.environ["CATTINO_TOKEN_FILE"] = self.write("mine", "other\n")
        self.assertEqual(self.token(), "other")

    def test_that_a_project_names_get_no_token_of_the_configuration(self):
        self.write("config/cattino/config.toml", 'token-file = "%s"\n' % self.write("mine", "other\n"))
        self.assertEqual(self.token(), "other")
        self.write("pyproject.toml", '[tool.cattino]\nhost = "project"\n')
        self.assertIsNone(self.token())

    def test_that_have_gone_get_no_token(self):
        child = os.fork()
        if not child:
            os._exit(0)
        os.waitpid(child, 0)
        self.local_server(19192, 19193, pid=child)
        self.assertIsNone(self.token())

    def test_of_tasks_are_found_by_the_file_of_their_token(self):
        os.environ["CATTINO_TOKEN_FILE"] = self.local_server(5000, 5009)
        os.environ["CATTINO_HOME"] = str(self.root / "elsewhere")
        os.environ["CATTINO_COORDINATOR"] = "127.0.0.1:5000"
        self.assertEqual((self.ports(), self.token()), ([("127.0.0.1", 5009)], "secret"))

    def test_where_nobody_listens_say_what_to_do(self):
        free = self.stub()
        free.close()
        with self.assertRaisesRegex(
            CattinoError, "no server answers at http://localhost:%d: .*\n.*meow run.*meow create" % free.port
        ) as caught:
            Client("localhost", free.port, timeout=0.2).tasks()
        self.assertEqual(caught.exception.code, "unavailable")

    def test_are_asked_one_after_the_other(self):
        free, stub = self.stub(), self.stub({"tasks": [task("DONE")]})
        free.close()
        os.environ["CATTINO_COORDINATOR"] = "localhost:1/%d,localhost:2/%d" % (free.port, stub.port)
        self.assertEqual(len(Client().tasks()), 1)

    def test_that_accept_and_say_nothing_are_passed_over_until_another_leads(self):
        frozen = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(frozen.close)
        standby = refusal(503, "unavailable", "standby", reason="NOT_LEADER")
        stub = self.stub(standby, standby, {"tasks": [task("DONE")]})
        ports = frozen.getsockname()[1], stub.port
        os.environ["CATTINO_COORDINATOR"] = "127.0.0.1:1/%d,127.0.0.1:2/%d" % ports
        self.assertEqual(len(Client(timeout=0.5).tasks()), 1)

    def test_that_refuse_the_token_get_the_new_one(self):
        stub = self.stub(refusal(401, "unauthenticated", "no"), refusal(401, "unauthenticated", "no"), {})
        file = self.write("mine", "old\n")
        os.environ.update(CATTINO_COORDINATOR="localhost:1/%d" % stub.port, CATTINO_TOKEN_FILE=file)
        client = Client()
        with self.assertRaisesRegex(CattinoError, "^no\nis the token in %s the server's" % file):
            client.tasks()
        before, target = ["old"], client._connection.target

        def changing(_target):
            return before.pop() if before else "new"

        with mock.patch.object(type(target), "token", changing):
            self.assertEqual(client.tasks(), [])
        self.assertEqual(stub.headers[-1]["Authorization"], "Bearer new")

    def test_on_other_machines_are_not_called_unencrypted_unasked(self):
        other = Client("0.0.0.0", 1, "secret", timeout=0.2)
        with self.assertRaisesRegex(CattinoError, "(?s)0.0.0.0 is another machine.*CATTINO_INSECURE_PLAINTEXT=1"):
            other.tasks(["a"])
        os.environ["CATTINO_INSECURE_PLAINTEXT"] = "1"
        with self.assertRaisesRegex(CattinoError, "no server answers at http://0.0.0.0:1"):
            other.tasks(["a"])

    def test_have_a_timeout(self):
        self.assertEqual(_server.timeout(), 5)
        for text, seconds in (("0", 0), ("1.5", 1.5), ("2m30s", 150), ("200ms", 0.2)):
            self.write("home/settings.toml", 'timeout = "%s"\n' % text)
            self.assertEqual(_server.timeout(), seconds)
        self.write("home/settings.toml", 'timeout = "soon"\n')
        self.assertRaisesRegex(ValueError, "timeout", _server.timeout)
        self.assertRaises(ValueError, Client, timeout=-1)


class Ids(unittest.TestCase):
    def test_are_ulids(self):
        self.assertRegex(_connect.new_id(), "^[0-7]%s$" % ID.replace("26", "25"))
        with mock.patch("time.time_ns", lambda: 0), mock.patch("os.urandom", lambda count: b"\xff" * count):
            self.assertEqual(_connect.new_id(), "0" * 10 + "Z" * 16)


class Names(unittest.TestCase):
    def test_of_the_package_are_all_there(self):
        for name in cattino.__all__:
            self.assertTrue(hasattr(cattino, name), name)


if __name__ == "__main__":
    unittest.main()
