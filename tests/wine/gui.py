#!/usr/bin/env python3
"""gui.py DIST LINUX-BUILD PICTURES - kith.exe as it is shipped, under Wine, on a display of its own: it starts, joins a server, sends and receives, follows
the dark mode of the system, and is one instance. There are no eyes for names under Wine (no AT-SPI): hands are xdotool's, and what came of it is asked of
the server, of the other person, and of the picture."""
import sys
from pathlib import Path

from rig import WINE, Display, Failure, Rig, run_tests, wait

PERSONALIZE = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"
# What is in the pictures of Linux, too (tests/gui/test-gui-layout.c), so that they can be laid beside each other.
MESSAGES = (
    "Good morning! A line that is long enough to be broken at a narrow window, and goes on for a while, as people do.",
    "Areallylongwordwithoutanyplacewhereitcouldbebrokenbecausesomebodypastedsomethingfromalogfileandneverlookedatit",
    "Look at https://www.example.org/a/rather/long/path/that/goes/on/and/on?with=a&query=too and *tell* me",
    '```\nint\nmain (void)\n{\n  return printf ("a line that is longer than a narrow window, and not broken");\n}\n```',
    "👍",
    "> what was said before\n\nwhat is said now",
)


def main(dist, linux, pictures):
    rig = Rig(linux)
    display = Display(rig, pictures)
    kith = dist / "bin/kith.exe"
    profile = rig.home / "ada"
    other = rig.home / "eve"
    for directory in (profile, other):
        directory.mkdir()
        (directory / "settings.ini").write_text("[kith]\nwindow-width=1280\nwindow-height=800\n")
    server = rig.linux_server()
    bob = rig.person("bob", server)
    running = []

    def start(directory, *words):
        running.append((directory, rig.start_wine(kith, "--profile", directory, *words)))

    def end():
        directory, process = running.pop()
        rig.wine(kith, "--profile", directory, "--quit")
        if process.wait(60) != 0:
            raise Failure("kith.exe did not end well")

    def join(directory, address, name, witness):
        """Trusts the server and joins it under that name, as the witness sees. The title is that of the conversation then."""
        start(directory, "--server", address)
        display.enter("^Kith$")
        display.settle("02-sign-in")
        display.key("ctrl+a")
        display.type(name)
        display.key("Return")
        wait(f"{name} did not join", lambda: name in witness("people"))

    def first_run():
        start(profile)
        display.enter("^Kith$")
        picture = display.settle("01-first-run")
        if display.colors(picture) < 500:
            raise Failure(f"{picture} is nearly empty")
        end()

    def joins():
        join(profile, server[0], "Ada", bob)

    def sends():
        display.enter("lobby")
        display.settle("03-lobby-empty")
        display.type("Good morning from Windows!")
        display.key("Return")
        wait("bob did not get it", lambda: "Good morning from Windows!" in bob("history", "#lobby"))

    def receives():
        for message in MESSAGES:
            number = bob("say", "#lobby", message).strip()
        wait("ada's window did not show it", lambda: "ada" in bob("seen-by", "#lobby", number).lower())
        display.settle("03-main-light")

    def is_one_instance():
        rig.wine(kith, "--profile", profile, "--minimized")
        if running[-1][1].poll() is not None:
            raise Failure("the first instance ended")

    def is_there():
        wait("ada is not online", lambda: "ada" in bob("who"))

    def follows_dark_mode():
        end()
        rig.wine("reg", "add", PERSONALIZE, "/v", "AppsUseLightTheme", "/t", "REG_DWORD", "/d", "0", "/f")
        start(profile)
        display.enter("lobby")
        picture = display.settle("03-main-dark")
        rig.wine("reg", "delete", PERSONALIZE, "/v", "AppsUseLightTheme", "/f")
        if display.lightness(picture) > 0.35:
            raise Failure(f"{picture} is not dark")
        end()

    def joins_a_server_on_windows():
        theirs = rig.server(WINE, dist / "bin/kithd.exe", "--data", rig.home / "kithd-windows")
        dora = rig.person("dora", theirs)
        join(other, theirs[0], "Eve", dora)
        display.enter("lobby")
        number = dora("say", "#lobby", "Good evening!").strip()
        wait("eve's window did not show it", lambda: "eve" in dora("seen-by", "#lobby", number).lower())
        end()

    return run_tests(rig, [first_run, joins, sends, receives, is_there, is_one_instance, follows_dark_mode,
                           joins_a_server_on_windows])


if __name__ == "__main__":
    sys.exit(0 if main(*map(Path, sys.argv[1:])) else 1)
