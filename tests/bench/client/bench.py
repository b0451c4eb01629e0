#!/usr/bin/python3
"""The desktop client beside HexChat and Pidgin: ./dev bench client (docs/performance.md, "The desktop client").

They run by turns on one virtual display, one at a time, and are written the same messages: Kith by a real kithd with TLS,
the others by a small IRC server in here. Nobody judges a time: it fails when something did not start, arrive or come to rest.
"""
import argparse
import contextlib
import json
import pathlib
import shutil
import statistics
import sys
import tempfile
import time

import desktop
import irc
import kith
import process

TEXT = "said something of the length that people often write, with a link: https://example.org/page and *emphasis*"
IDLE_SECONDS = 10
WINDOW_PATIENCE = 60
SETTLING_SECONDS = 5  # without work, until a server has indexed what was put into its store

# Row: what it is called, its unit.
ROWS = {
    "window": ("start to the first window", "ms"),
    "room": ("start to the room with its last messages", "ms"),
    "pss": ("PSS, connected", "MB"),
    "wakes": ("wake-ups when nothing happens", "/s"),
    "wall_1000": ("1,000 messages into the open room", "ms"),
    "cpu_1000": ("... their processor time", "ms"),
    "wall_10000": ("10,000 messages into the open room", "ms"),
    "cpu_10000": ("... their processor time", "ms"),
    "turn": ("... longest turn of the main loop", "ms"),
    "turn_cpu": ("... longest turn, processor time", "ms"),
    "pss_after": ("PSS after them", "MB"),
}

HEXCHAT = "gui_slist_skip = 1\nirc_nick1 = bench\nirc_nick2 = bench_\nirc_user_name = bench\ngui_tray = 0\n"
PIDGIN_ACCOUNTS = """<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>prpl-irc</protocol><name>bench@127.0.0.1</name>
<statuses><status type='available' name='Available' active='true'><attributes/></status></statuses>
<settings><setting name='port' type='int'>{port}</setting><setting name='ssl' type='bool'>0</setting></settings>
<settings ui='gtk-gaim'><setting name='auto-login' type='bool'>1</setting></settings></account></account>
"""
PIDGIN_LIST = """<?xml version='1.0' encoding='UTF-8' ?>
<purple version='1.0'><blist><group name='Chats'><chat proto='prpl-irc' account='bench@127.0.0.1'>
<component name='channel'>{room}</component><setting name='gtk-autojoin' type='bool'>1</setting></chat></group></blist></purple>
"""


class Peer:
    """HexChat or Pidgin, each time with a new profile."""

    is_large = False

    def __init__(self, name, write_profile):
        self.name, self.write_profile = name, write_profile

    @contextlib.contextmanager
    def ready(self, folder):
        server = irc.IrcServer()
        try:
            yield self.write_profile(folder, server.port), [], server.post, server.joined.wait
        finally:
            server.close()


def hexchat_profile(folder, port):
    (folder / "hexchat.conf").write_text(HEXCHAT)
    return ["hexchat", "-d", folder, f"--url=irc://127.0.0.1:{port}/{irc.ROOM}"]


def pidgin_profile(folder, port):
    (folder / "accounts.xml").write_text(PIDGIN_ACCOUNTS.format(port=port))
    (folder / "blist.xml").write_text(PIDGIN_LIST.format(room=irc.ROOM))
    return ["pidgin", "-m", "-c", folder]


class Kith:
    """A copy of a home that somebody has used before; the copy is not made of a large one, which is only looked at."""

    def __init__(self, name, programs, home, is_large=False):
        self.name, self.programs, self.home, self.is_large = name, programs, home, is_large

    def _place(self, folder):
        server, profile, _ = self.home
        if self.is_large:
            return server, profile
        shutil.copytree(profile, folder / "profile")
        return server.copy(folder / "server"), folder / "profile"

    @contextlib.contextmanager
    def ready(self, folder):
        server, profile = self._place(folder)
        facts = self.home[2]
        server.start()
        try:
            writer = kith.Writer(server.port, facts["conversation"], facts["token"])
            process.wait_quiet([server.pid])
            yield [self.programs["kith"], "--profile", profile], [server.pid], writer.post, lambda seconds: True
            writer.close()
        finally:
            server.stop()


def flood(program, post, count):
    process.wait_quiet([program.pid] + program.helpers)
    program.reset_turns()
    cpu, begin = program.cpu_ms(), time.monotonic()
    post([TEXT] * count)
    wall = (program.wait_quiet() - begin) * 1000
    return wall, program.cpu_ms() - cpu, program.take_turns()


def measure(client, screen_of, folder, options):
    folder.mkdir()
    figures = {}
    with client.ready(folder) as (words, helpers, post, joined):
        screen_of.screen.drain()
        program = process.Program(words, screen_of.environment, folder, options.turns, helpers)
        try:
            figures["window"] = (screen_of.screen.wait_window(WINDOW_PATIENCE) - program.begin) * 1000
            if not joined(WINDOW_PATIENCE):
                raise RuntimeError(f"{client.name} did not enter the room.")
            figures["room"] = (program.wait_quiet() - program.begin) * 1000
            figures["pss"] = program.pss_mb()
            if client.is_large:
                return figures
            before, begin = program.wakes(), time.monotonic()
            time.sleep(options.idle)
            figures["wakes"] = (program.wakes() - before) / (time.monotonic() - begin)
            figures["wall_1000"], figures["cpu_1000"], _ = flood(program, post, 1000)
            figures["wall_10000"], figures["cpu_10000"], turns = flood(program, post, 10000)
            figures["turn"], figures["turn_cpu"] = (one["longest_ms"] for one in turns)
            figures["turns"] = turns
            figures["pss_after"] = program.pss_mb()
            return figures
        finally:
            if options.pictures:
                screen_of.shoot(pathlib.Path(options.pictures) / f"{client.name}.png".replace(" ", "-"))
            program.close()


def show(value):
    return "" if value is None else f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def medians(samples, row):
    values = [sample[row] for sample in samples if row in sample]
    return statistics.median(values) if values else None


def print_turns(results):
    limits = [f"<= {limit}" for limit in process.LIMITS_MS] + ["more"]
    print("\nTurns of the main loop during 10,000 messages, ms" + "".join(f"{limit:>9}" for limit in limits))
    for name, samples in results.items():
        for part, what in enumerate(("clock", "processor")):
            sums = [sum(column) for column in zip(*(one["turns"][part]["histogram"] for one in samples if "turns" in one))]
            if sums:
                print(f"  {name + ', ' + what:47}" + "".join(f"{count:9}" for count in sums))


def print_table(results):
    names = list(results)
    print(f"{'':44}" + "".join(f"{name:>16}" for name in names) + f"{'Kith / Pidgin':>16}")
    for row, (title, unit) in ROWS.items():
        values = {name: medians(results[name], row) for name in names}
        ratio = values["Kith"] / values["Pidgin"] if values.get("Kith") is not None and values.get("Pidgin") else None
        print(f"{title:40}{unit:4}" + "".join(f"{show(values[name]):>16}" for name in names)
              + f"{f'{ratio:.2f}' if ratio is not None else '':>16}")
    print_turns(results)


def read_options():
    parser = argparse.ArgumentParser(prog="./dev bench client", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, help="how often each is measured (5; quick: 1)")
    parser.add_argument("--quick", action="store_true", help="one round, 100,000 messages in the large cache instead of 1,000,000")
    parser.add_argument("--only", action="append", metavar="NAME", help="Kith, HexChat, Pidgin or large; repeatable")
    parser.add_argument("--json", metavar="FILE", help="every figure of every round")
    parser.add_argument("--pictures", metavar="DIR", help="what each showed at its end (needs ImageMagick)")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.idle = 3 if options.quick else IDLE_SECONDS
    options.large = 100_000 if options.quick else 1_000_000
    options.turns = options.build / "tests/bench/libbench-turns.so"
    options.programs = {"kith": options.build / "client-gtk/kith", "kithd": options.build / "server/kithd",
                        "home": options.build / "tests/bench/bench-client-home"}
    return options


def make_clients(options, folder):
    clients = {"HexChat": Peer("HexChat", hexchat_profile), "Pidgin": Peer("Pidgin", pidgin_profile)}
    wanted = {name.lower() for name in options.only or ("HexChat", "Pidgin", "Kith", "large")}
    chosen = [client for name, client in clients.items() if name.lower() in wanted]
    for name, is_large in (("Kith", False), ("large", True)):
        if name.lower() not in wanted:
            continue
        place = folder / name
        place.mkdir()
        home = kith.make_home(options.programs["home"], place, options.programs["kithd"])
        if is_large:
            seconds = kith.fill(options.programs["home"], home[0], home[2], options.large)
            print(f"{options.large} messages put into the store and into the cache in {seconds:.0f} s", file=sys.stderr)
        chosen.append(Kith(f"Kith, {options.large // 1000}k" if is_large else "Kith", options.programs, home, is_large))
    return chosen


def warm_up(clients, screen, folder, options):
    """A large history is seen once before it counts: the server indexes it, the client learns that nothing is missing."""
    for client in clients:
        if not client.is_large:
            continue
        server = client.home[0]
        server.start()
        process.wait_quiet([server.pid], SETTLING_SECONDS)
        server.stop()
        measure(client, screen, folder / "warm-up", options)


def main():
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as name:
        folder = pathlib.Path(name)
        clients = make_clients(options, folder)
        screen = desktop.Desktop(folder)
        results = {client.name: [] for client in clients}
        try:
            warm_up(clients, screen, folder, options)
            for number in range(options.rounds):
                for client in clients:
                    print(f"round {number + 1}: {client.name}", file=sys.stderr)
                    results[client.name].append(measure(client, screen, folder / f"{client.name}-{number}".replace(" ", "-"), options))
        finally:
            screen.close()
    print_table(results)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
