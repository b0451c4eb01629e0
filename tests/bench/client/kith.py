"""kith.py - a kithd with TLS for the benchmark, and somebody in the lobby who writes (docs/protocol.md)."""
import json
import pathlib
import secrets
import shutil
import signal
import socket
import ssl
import subprocess
import time

IN_FLIGHT = 400  # posts
PEOPLE = 40  # who have an account beside the two
ROOMS = 12  # beside the lobby; the last of them is the long one
ROOM_MESSAGES = 60
LIMITS = ("posts_per_second", "posts_burst", "registrations_per_minute", "connections_per_address", "connections_per_account")


class Kithd:
    """Always on the port that it got first, so that profiles stay valid."""

    def __init__(self, program, data, port=0):
        self.program, self.data, self.port = program, pathlib.Path(data), port
        self.child = None

    def start(self):
        self.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        config = self.data.parent / (self.data.name + ".conf")
        config.write_text(f"[server]\nname = Bench\ndiscovery = off\n[listen]\naddresses = 127.0.0.1:{self.port}\n[log]\nlevel = warning\n"
                          "[limits]\n" + "".join(f"{name} = 1000000\n" for name in LIMITS))
        self.child = subprocess.Popen([self.program, "--config", config, "--data", self.data], stdout=subprocess.PIPE, text=True)
        line = self.child.stdout.readline()
        if "ready on" not in line:
            raise RuntimeError("kithd did not get ready.")
        self.port = int(line.split("ready on ")[1].split(",")[0].split()[0].rpartition(":")[2])

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    @property
    def pid(self):
        return self.child.pid

    def stop(self):
        if self.child is not None:
            self.child.send_signal(signal.SIGTERM)
            self.child.wait()
            self.child.stdout.close()
        self.child = None

    def copy(self, data):
        """Another one with this one's data and port; this one must be stopped."""
        shutil.copytree(self.data, data)
        return Kithd(self.program, data, self.port)


class Writer:
    """Who signs in by token, or registers."""

    def __init__(self, port, conversation=None, token=None, handle="ada"):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # a server of our own on loopback
        self.port = port
        self.socket = context.wrap_socket(socket.create_connection(("127.0.0.1", port)))
        self.socket.settimeout(240)
        self.conversation, self.buffer, self.number = conversation, b"", 0
        self.ask(type="hello", protocol=1, client="bench 1")
        self.token = token or secrets.token_hex(32)
        if token is None:
            self.ask(type="register", nonce=secrets.token_hex(16), handle=handle, device="bench", token=self.token)
        else:
            self.ask(type="login", token=token)

    def _frame(self, members):
        self.number += 1
        return json.dumps(dict(members, id=self.number), separators=(",", ":")).encode() + b"\n"

    def _answers(self):
        """Those of the next piece that arrives."""
        piece = self.socket.recv(65536)
        if not piece:
            raise RuntimeError("kithd has closed the connection.")
        *lines, self.buffer = (self.buffer + piece).split(b"\n")
        answers = [json.loads(line) for line in lines if line.startswith(b'{"re":')]
        for answer in answers:
            if "error" in answer:
                raise RuntimeError(f"kithd refused: {answer['error']['message']}")
        return answers

    def ask(self, **members):
        self.socket.sendall(self._frame(members))
        while True:
            for answer in self._answers():
                if answer["re"] == self.number:
                    return answer

    def create(self, name):
        return int(self.ask(type="create", nonce=secrets.token_hex(16), name=name)["conversation"]["id"][1:])

    def lobby(self):
        return int(self.ask(type="rooms")["rooms"][0]["id"][1:])

    def _post(self, text):
        return self._frame({"type": "post", "conversation": f"c{self.conversation}", "nonce": secrets.token_hex(16), "body": {"text": text}})

    def post(self, texts):
        """Returns when all are stored; the seq of the last one."""
        sent = answered = last = 0
        while answered < len(texts):
            batch = texts[sent:sent + IN_FLIGHT - (sent - answered)]
            if batch:
                self.socket.sendall(b"".join(self._post(f"{sent + i} {text}") for i, text in enumerate(batch)))
                sent += len(batch)
            for answer in self._answers():
                answered, last = answered + 1, max(last, answer["seq"])
        return last

    def close(self):
        self.socket.close()


def furnish(writer):
    """Rooms with something in them, and people: ids of the rooms."""
    for number in range(PEOPLE):
        Writer(writer.port, handle=f"person{number}").close()
    rooms = [writer.create(f"room{number:02}") for number in range(ROOMS)]
    for room in rooms[:-1]:
        writer.conversation = room
        writer.post([f"{room} is where this was said; " * 3] * ROOM_MESSAGES)
    return rooms


def make_home(tool, folder, program):
    """A server and a profile that is signed in, with the last messages of a talk: (Kithd, profile, facts)."""
    server = Kithd(program, folder / "server")
    server.start()
    writer = Writer(server.port)
    facts = {"token": writer.token, "conversation": writer.lobby(), "rooms": furnish(writer)}
    words = subprocess.run([tool, "join", folder / "profile", server.address, "bench"] + [str(room) for room in facts["rooms"]], check=True,
                           capture_output=True, text=True, env={"DBUS_SESSION_BUS_ADDRESS": "disabled:", "HOME": str(folder)}
                           ).stdout.split(maxsplit=2)
    facts["account"], facts["cache"] = int(words[1]), pathlib.Path(words[2].strip())
    facts["last"] = {}
    for room in (facts["conversation"], facts["rooms"][-1]):
        writer.conversation = room
        facts["last"][room] = writer.post(["Before you came"] * 40)
    writer.close()
    server.stop()
    return server, folder / "profile", facts


def fill(tool, server, facts, room, count):
    """Puts so many messages into the room: into the store and into the cache. Seconds."""
    begin = time.monotonic()
    subprocess.run([tool, "fill", server.data, facts["cache"], str(room), str(facts["account"]), str(facts["last"][room]), str(count)],
                   check=True)
    return time.monotonic() - begin
