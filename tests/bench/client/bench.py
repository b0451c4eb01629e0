#!/usr/bin/python3
"""The desktop client beside HexChat and Pidgin: ./dev bench client (docs/performance.md, "The desktop client").

They run by turns on one virtual display, one at a time, and are written the same messages: Kith by a real kithd with TLS,
the others by a small IRC server in here. Nobody judges a time: it fails when something did not start, arrive or come to rest.
"""
import argparse
import contextlib
import json
import pathlib
import sys
import tempfile
import time

import clients
import desktop
import hands
import kith
import process
import report
import use

TEXT = "said something of the length that people often write, with a link: https://example.org/page and *emphasis*"
IDLE_SECONDS = 10
CALMING_SECONDS = 5  # after the start: fading scroll bars, tool tips, saving what the last place was, threads without work that end
WINDOW_PATIENCE = 60
SETTLING_SECONDS = 5  # without work, until a server has indexed what was put into its store


@contextlib.contextmanager
def running(client, screen_of, folder, options, figures):
    """The client in the room, and who writes there; figures get its start."""
    folder.mkdir()
    with client.ready(folder) as (words, helpers, post, joined):
        screen_of.screen.drain()
        program = process.Program(words, screen_of.environment, folder, options.turns, helpers)
        try:
            figures["window"] = (screen_of.screen.wait_window(WINDOW_PATIENCE) - program.begin) * 1000
            if not joined(WINDOW_PATIENCE):
                raise RuntimeError(f"{client.name} did not enter the room.")
            figures["room"] = (program.wait_quiet() - program.begin) * 1000
            yield program, post
        finally:
            if options.pictures:
                screen_of.shoot(pathlib.Path(options.pictures) / f"{folder.name}.png")
            program.close()


def take_frames(figures, program, name):
    taken = figures[f"figures_{name}"] = program.take_figures()
    if sum(taken["frames"][0]["histogram"]):
        figures[f"frame_{name}"], figures[f"frame_cpu_{name}"] = (one["longest_ms"] for one in taken["frames"])
    figures[f"turn_{name}"] = taken["turns"][0]["longest_ms"]


def flood(figures, program, post, count):
    process.wait_quiet([program.pid] + program.helpers)
    program.reset_figures()
    cpu, begin = program.cpu_ms(), time.monotonic()
    post([TEXT] * count)
    figures[f"wall_{count}"] = (program.wait_quiet() - begin) * 1000
    figures[f"cpu_{count}"] = program.cpu_ms() - cpu
    take_frames(figures, program, count)


def measure_written_to(figures, program, post, options):
    time.sleep(CALMING_SECONDS)
    before, begin = program.wakes(), time.monotonic()
    time.sleep(options.idle)
    wakes = sum(number - before.get(name, 0) for name, number in program.wakes().items())
    figures["wakes"] = wakes / (time.monotonic() - begin)
    flood(figures, program, post, 1000)
    flood(figures, program, post, 10000)
    figures["pss_after"], figures["private_after"] = program.memory_mb()


def measure_scrolling(figures, program, person):
    use.to_long_room(person)
    program.wait_quiet()
    program.reset_figures()
    figures["scroll"], figures["pages"] = use.scroll_back(person, program)
    program.wait_quiet()
    take_frames(figures, program, "scroll")
    figures["pss_scroll"], figures["private_scroll"] = program.memory_mb()


def measure_used(figures, program, screen, round_number):
    """The long room is scrolled through once, and first: so many conversations that were looked at take memory, too. The last
    place is where the next start begins: the lobby, as with the small cache."""
    screen.find_place()
    person = hands.Hands(screen)
    if round_number == 0:
        measure_scrolling(figures, program, person)
    figures["switch"], figures["back"] = use.switch(person)
    figures["switcher"], figures["search"] = use.use_switcher(person), use.search(person)
    use.to_lobby(person)


def measure(client, screen_of, folder, options, round_number):
    figures = {}
    with running(client, screen_of, folder, options, figures) as (program, post):
        figures["pss"], figures["private"] = program.memory_mb()
        if client.is_large:
            measure_used(figures, program, screen_of.screen, round_number)
        else:
            measure_written_to(figures, program, post, options)
    return figures


def start_again(those, screen, folder, options, results):
    """Without and with a large cache, by turns; both were seen once before."""
    those = [client.seen(folder) for client in those]
    for client in those:
        if not client.is_large:
            with running(client, screen, folder / f"first-{len(results[client.name])}", options, {}):
                pass
    for number in range(options.starts):
        for client in those:
            figures = {}
            with running(client, screen, folder / f"start-{client.name}-{len(results[client.name])}-{number}".replace(" ", "-"), options, figures):
                pass
            results[client.name].append({"window_again": figures["window"], "room_again": figures["room"]})


def read_options():
    parser = argparse.ArgumentParser(prog="./dev bench client", description=__doc__.splitlines()[0])
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--rounds", type=int, help="how often each is measured (5; quick: 1)")
    parser.add_argument("--quick", action="store_true", help="one round, a tenth of the messages in the large cache and in the long room")
    parser.add_argument("--only", action="append", metavar="NAME", help="Kith, HexChat, Pidgin or large; repeatable")
    parser.add_argument("--json", metavar="FILE", help="every figure of every round")
    parser.add_argument("--pictures", metavar="DIR", help="what each showed at its end (needs ImageMagick)")
    options = parser.parse_args()
    options.rounds = options.rounds or (1 if options.quick else 5)
    options.idle, options.starts = (3, 1) if options.quick else (IDLE_SECONDS, 3)
    options.large, options.long = (100_000, 10_000) if options.quick else (1_000_000, 100_000)
    options.turns = options.build / "tests/bench/libbench-turns.so"
    options.programs = {"kith": options.build / "client-gtk/kith", "kithd": options.build / "server/kithd",
                        "home": options.build / "tests/bench/bench-client-home"}
    return options


def make_kith(name, is_large, folder, options):
    folder.mkdir()
    tool = options.programs["home"]
    server, _, facts = home = kith.make_home(tool, folder, options.programs["kithd"])
    if is_large:
        seconds = kith.fill(tool, server, facts, facts["conversation"], options.large)
        seconds += kith.fill(tool, server, facts, facts["rooms"][-1], options.long)
        print(f"{options.large} and {options.long} messages put into the store and into the cache in {seconds:.0f} s", file=sys.stderr)
    return clients.Kith(name, options.programs, home, is_large)


def make_clients(options, folder):
    peers = [clients.Peer("HexChat", clients.hexchat_profile), clients.Peer("Pidgin", clients.pidgin_profile)]
    wanted = {name.lower() for name in options.only or ("HexChat", "Pidgin", "Kith", "large")}
    chosen = [peer for peer in peers if peer.name.lower() in wanted]
    for name, is_large in (("Kith", False), (options.large_name, True)):
        if ("large" if is_large else "kith") in wanted:
            chosen.append(make_kith(name, is_large, folder / name.replace(" ", "-"), options))
    return chosen


def warm_up(those, screen, folder, options):
    """A large history is seen once before it counts: the server indexes it, the client learns that nothing is missing."""
    for client in those:
        if not client.is_large:
            continue
        server = client.home[0]
        server.start()
        process.wait_quiet([server.pid], SETTLING_SECONDS)
        server.stop()
        with running(client, screen, folder / "warm-up", options, {}):
            pass


def main():
    options = read_options()
    options.large_name = f"Kith, {options.large // 1000}k"
    with tempfile.TemporaryDirectory(prefix="kith-bench-") as name:
        folder = pathlib.Path(name)
        those = make_clients(options, folder)
        screen = desktop.Desktop(folder)
        results = {client.name: [] for client in those}
        try:
            warm_up(those, screen, folder, options)
            for number in range(options.rounds):
                for client in those:
                    print(f"round {number + 1}: {client.name}", file=sys.stderr)
                    results[client.name].append(measure(client, screen, folder / f"{client.name}-{number}".replace(" ", "-"), options, number))
                start_again([client for client in those if isinstance(client, clients.Kith)], screen, folder, options, results)
        finally:
            screen.close()
    report.print_table(results, options.large_name)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
