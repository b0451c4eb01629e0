"""irc.py - as much of an IRC server (RFC 2812) as HexChat and Pidgin need to sit in one room and be written to."""
import socket
import threading

ROOM = "#lobby"
SERVER = "bench.example"
BACKLOG = 40  # messages that come with joining


class IrcServer:
    """For one client at a time."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.client = None
        self.joined = threading.Event()
        self.answered = threading.Event()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                self.client, _ = self.listener.accept()
            except OSError:
                return
            self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.joined.clear()
            threading.Thread(target=self._serve, args=(self.client,), daemon=True).start()

    def _serve(self, client):
        nick = "bench"
        try:
            for line in client.makefile("r", encoding="utf-8", errors="replace"):
                verb, _, rest = line.strip().partition(" ")
                nick = rest.lstrip(":") if verb.upper() == "NICK" else nick
                answer = self._answer(verb.upper(), rest, nick)
                if answer:
                    client.sendall("".join(one + "\r\n" for one in answer).encode())
                if verb.upper() == "JOIN":
                    self.joined.set()
                if verb.upper() == "PONG":
                    self.answered.set()
        except OSError:
            pass  # the client has ended

    def _answer(self, verb, rest, nick):
        def numeric(code, text):
            return f":{SERVER} {code} {nick} {text}"
        table = {
            "USER": lambda: [numeric("001", ":Welcome"), numeric("002", ":Your host"), numeric("003", ":Created"),
                             numeric("004", f"{SERVER} 1 i n"), numeric("005", "CHANTYPES=# PREFIX=(ov)@+ :are supported"),
                             numeric("375", ":-"), numeric("376", ":End of MOTD")],
            "JOIN": lambda: [f":{nick}!{nick}@{SERVER} JOIN {ROOM}", numeric("353", f"= {ROOM} :{nick} ada"),
                             numeric("366", f"{ROOM} :End")] + [self.line(i, "Before you came") for i in range(BACKLOG)],
            "PING": lambda: [f":{SERVER} PONG {SERVER} {rest}"],
            "MODE": lambda: [numeric("324", f"{ROOM} +n")] if rest.startswith("#") else [],
            "WHO": lambda: [numeric("315", f"{ROOM} :End")],
            "ISON": lambda: [numeric("303", ":")],
            "CAP": lambda: [f":{SERVER} CAP * LS :"] if rest.startswith("LS") else [],
        }
        return table.get(verb, list)()

    @staticmethod
    def line(number, text):
        return f":ada!ada@{SERVER} PRIVMSG {ROOM} :{number} {text}"

    def post(self, texts):
        """Returns when the client has read them all: it answers what comes behind them."""
        self.answered.clear()
        lines = "".join(self.line(number, text) + "\r\n" for number, text in enumerate(texts))
        self.client.sendall((lines + f"PING :{SERVER}\r\n").encode())
        if not self.answered.wait(240):
            raise RuntimeError("The client did not read what was written.")
