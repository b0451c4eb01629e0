#!/usr/bin/env python3
"""talk.py DIST LINUX-BUILD RECORD - people on Windows (Wine) and on Linux, on two computers with a cable: they find each other's servers, talk, and see each
other come and go. Whatever was said and seen is written into RECORD, a folder.

Presence has to come by UDP: the connection is cut without a word while somebody comes and goes. The server sends datagrams only to where one came from that
was sealed with the connection's key, so what is seen then went by UDP both ways."""
import json
import sys
from pathlib import Path

from network import FAR, NEAR, Neighbour, Wire
from rig import WINE, Failure, Rig, run_tests, wait

PORT = 5484
TRIES = 10  # of a question by UDP, which promises nothing


class Onlooker:
    """Somebody who follows, and what was seen."""

    def __init__(self, person):
        self.person, self.taken = person, 0
        self.process, self.log = person.follow()
        wait(f"{person.name} does not follow", lambda: "following" in self.log.read_text(errors="replace"))

    def lines(self):
        return [line for line in self.log.read_text(errors="replace").splitlines() if line.startswith("{")]

    def sees(self, what, is_it):
        """Takes the lines up to the first that is it."""
        def look():
            lines = self.lines()
            for number in range(self.taken, len(lines)):
                if is_it(json.loads(lines[number])):
                    self.taken = number + 1
                    return True
            return False
        wait(f"{self.person.name} never saw {what}", look)
        self.person.note(f"sees {what}")

    def sees_presence(self, handle, **how):
        wanted = {"handle": handle, **how}
        self.sees(" ".join(wanted.values()), lambda line: wanted.items() <= line.get("presence", {}).items())

    def sees_text(self, text):
        self.sees(f"“{text}”", lambda line: (line.get("body") or {}).get("text") == text)

    def goes(self):
        self.person.rig.stop(self.process)
        self.person.note("goes")


class Person:
    """Who uses a kith-cli; cli is the command that runs it."""

    def __init__(self, rig, note, name, cli, server, pin):
        self.rig, self.name, self.cli = rig, name, cli
        self.note = lambda what: note(f"{name}: {what}")
        self.command = (*cli, "--profile", rig.home / f"{name}-{server.replace(':', '-')}", "--server", server, "--pin", pin, "--json")
        self.does("join", name)

    def does(self, *words, **how):
        self.note(" ".join(words))
        return self.rig.run(*self.command, *words, **how)

    def state_of(self, handle):
        for line in map(json.loads, self.does("who").splitlines()):
            if line["handle"] == handle:
                return line["state"]
        return None

    def follow(self):
        self.note("follow")
        log = self.rig.home / f"follow-{len(self.rig.processes)}"
        with open(log, "wb") as output:
            return self.rig.start(*self.command, "follow", stdout=output, stderr=output), log


class System:
    """Windows here, or Linux over there: how its programs are run, and where its kithd listens."""

    def __init__(self, name, host, listen, command, kithd, cli, neighbour=None):
        self.name, self.host, self.listen, self.neighbour = name, host, listen, neighbour
        self.kithd, self.cli = (*command, kithd), (*command, cli)


def main(dist, linux, record):
    rig = Rig(linux)
    neighbour = Neighbour(rig)
    # Not at "*": Wine opens a socket for datagrams at every address where one of Windows hears broadcasts, and then there is no port left for loopback.
    windows = System("Windows", NEAR, NEAR, (WINE,), dist / "bin/kithd.exe", dist / "bin/kith-cli.exe")
    other = System("Linux", FAR, "*", neighbour.on(), linux / "server/kithd", linux / "client-cli/kith-cli", neighbour)
    record.mkdir(parents=True, exist_ok=True)

    def serve(system):
        """Its pin, and the process; on the port where servers are looked for."""
        data = rig.home / f"kithd-{system.name}"
        pin = rig.server(*system.kithd, "--data", data, "--name", f"A server on {system.name}", listen=f"{system.listen}:{PORT}")[1]
        return pin, rig.processes[-1]

    def find(note, there, home, pin):
        """As somebody there: the address of the server at home."""
        for _ in range(TRIES):
            lines = rig.run(*there.cli, "--profile", rig.home / f"finder-{there.name}", "--json", "find", may_fail=True).splitlines()
            for found in (json.loads(line) for line in lines if line.startswith("{")):
                if found["pin"] == pin:
                    note(f"somebody on {there.name}: find: {found}")
                    return
        raise Failure(f"nobody on {there.name} finds the server on {home.name}: {lines}")

    def diagnose(person):
        """What the doctor says of UDP, with a question and an answer of its own."""
        for line in person.does("doctor", may_fail=True).splitlines():
            check = json.loads(line) if line.startswith("{") else {}
            if check.get("check") == "presence":
                person.note(check["finding"])
                if check["status"] != "ok":
                    raise Failure(f"the doctor says of UDP: {check['finding']}")
                return
        raise Failure("the doctor says nothing of UDP")

    def meet(home, there):
        """The server and ada at home, bob there."""
        with open(record / f"server-on-{home.name.lower()}.txt", "w", encoding="utf-8") as log:
            def note(line):
                print(line, file=log, flush=True)
            note(f"kithd and ada on {home.name}, bob on {there.name}")
            pin, kithd = serve(home)
            find(note, there, home, pin)
            wire = Wire(home.host, PORT, home.neighbour)
            ada = Person(rig, note, "ada", home.cli, f"{home.host}:{PORT}", pin)
            bob = Person(rig, note, "bob", there.cli, wire.address, pin)
            diagnose(bob)
            come_and_go(note, wire, ada, bob)
            rig.stop(kithd)

    def come_and_go(note, wire, ada, bob):
        wait("bob does not see that ada has gone", lambda: bob.state_of("ada") == "offline")
        bob_on = Onlooker(bob)
        wire.cut()
        note("the connection is cut")
        carried = wire.carried
        ada_on = Onlooker(ada)
        bob_on.sees_presence("ada", state="online")
        ada.does("status", "dnd", "Grüße, שלום")
        bob_on.sees_presence("ada", state="dnd", text="Grüße, שלום")
        if wire.carried != carried:
            raise Failure("the wire was not cut")
        wire.mend()
        note("the connection is mended")
        bob.does("say", "#lobby", "Can you hear me?")
        ada_on.sees_text("Can you hear me?")
        ada.does("say", "#lobby", "Ja, schöne Grüße, und שלום 👋")
        bob_on.sees_text("Ja, schöne Grüße, und שלום 👋")
        bob_on.goes()
        ada_on.sees_presence("bob", state="offline")
        bob_on = Onlooker(bob)
        ada_on.sees_presence("bob", state="online")
        ada_on.goes()
        bob_on.sees_presence("ada", state="offline")
        bob_on.goes()

    def kithd_on_windows_and_kith_cli_on_linux():
        meet(windows, other)

    def kithd_on_linux_and_kith_cli_on_windows():
        meet(other, windows)

    return run_tests(rig, [kithd_on_windows_and_kith_cli_on_linux, kithd_on_linux_and_kith_cli_on_windows])


if __name__ == "__main__":
    sys.exit(0 if main(*map(Path, sys.argv[1:])) else 1)
