#!/usr/bin/env python3
"""gui.py DIST LINUX-BUILD PICTURES - kith.exe as it is shipped, under Wine, on a display of its own: it starts, joins a server, sends and receives, follows
the dark mode of the system, and is one instance. There are no eyes for names under Wine (no AT-SPI): hands are xdotool's, and what came of it is asked of
the server, of the other person, and of the picture."""
import sys
from pathlib import Path

from rig import Display, Failure, Rig, run_tests, wait

PERSONALIZE = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Themes\Personalize"


def main(dist, linux, pictures):
    rig = Rig(linux)
    display = Display(rig, pictures)
    kith = dist / "bin/kith.exe"
    profile = rig.home / "ada"
    profile.mkdir()
    (profile / "settings.ini").write_text("[kith]\nwindow-width=1280\nwindow-height=800\n")
    server = rig.linux_server()
    bob = rig.person("bob", server)
    running = []

    def start(*words):
        running.append(rig.start_wine(kith, "--profile", profile, *words))

    def end():
        rig.wine(kith, "--profile", profile, "--quit")
        if running.pop().wait(60) != 0:
            raise Failure("kith.exe did not end well")

    def first_run():
        start()
        display.enter("^Kith$")
        picture = display.settle("01-first-run")
        if display.colors(picture) < 500:
            raise Failure(f"{picture} is nearly empty")
        end()

    def joins():
        start("--server", server[0])
        display.enter("^Kith$")
        display.settle("02-sign-in")
        display.key("ctrl+a")
        display.type("Ada")
        display.key("Return")
        wait("ada did not join", lambda: "Ada" in bob("people"))

    def sends():
        display.enter("lobby")
        display.settle("03-lobby-empty")
        display.type("Good morning from Windows!")
        display.key("Return")
        wait("bob did not get it", lambda: "Good morning from Windows!" in bob("history", "#lobby"))

    def receives():
        number = bob("say", "#lobby", "Good morning from Linux!").strip()
        wait("ada's window did not show it", lambda: "Ada" in bob("seen-by", "#lobby", number) or "ada" in bob("seen-by", "#lobby", number))
        display.settle("03-lobby")

    def is_one_instance():
        rig.wine(kith, "--profile", profile, "--minimized")
        if running[-1].poll() is not None:
            raise Failure("the first instance ended")

    def is_there():
        wait("ada is not online", lambda: "ada" in bob("who"))

    def follows_dark_mode():
        end()
        rig.wine("reg", "add", PERSONALIZE, "/v", "AppsUseLightTheme", "/t", "REG_DWORD", "/d", "0", "/f")
        start()
        display.enter("lobby")
        picture = display.settle("03-lobby-dark")
        rig.wine("reg", "delete", PERSONALIZE, "/v", "AppsUseLightTheme", "/f")
        if display.lightness(picture) > 0.35:
            raise Failure(f"{picture} is not dark")
        end()

    return run_tests(rig, [first_run, joins, sends, receives, is_there, is_one_instance, follows_dark_mode])


if __name__ == "__main__":
    sys.exit(0 if main(*map(Path, sys.argv[1:])) else 1)
