"""rig.py - what the tests of Kith on Windows share: programs under Wine (win32/wine.sh; with-wine.sh has set the prefix), servers and people on Linux, a
display with hands and eyes. Every wait has a deadline; whatever was started is ended, by its own number."""
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent.parent
WINE = SOURCE / "win32/wine.sh"
PATIENCE_S = 120  # Wine on a busy computer
LOOK_S = 0.25
CARET_PIXELS = 50
STILL = 3  # pictures in a row that are like the one before


class Failure(Exception):
    pass


def wait(what, look, patience=PATIENCE_S):
    """The first answer of look() that is true; it is asked again and again."""
    end = time.monotonic() + patience
    while True:
        answer = look()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"after {patience} s: {what}")
        time.sleep(LOOK_S)


class Rig:
    """A directory, processes, and how to get rid of them."""

    def __init__(self, linux):
        self.linux = linux  # the build directory with the programs of Linux
        self.home = Path(tempfile.mkdtemp(prefix="kith-wine-"))
        self.prefix = Path(os.environ["KITH_WINE_PREFIX"])
        self.processes = []
        self.environment = dict(os.environ)

    def start(self, *command, **how):
        how.setdefault("stdin", subprocess.DEVNULL)
        how.setdefault("stderr", open(self.home / f"log-{len(self.processes)}", "wb"))
        how.setdefault("stdout", how["stderr"])
        process = subprocess.Popen([str(word) for word in command], env=self.environment, **how)
        self.processes.append(process)
        return process

    def run(self, *command, patience=PATIENCE_S, may_fail=False):
        """What it prints. Into a file: programs of Wine's own can inherit a pipe and keep it open."""
        path = self.home / "output"
        with open(path, "wb") as output:
            done = subprocess.run([str(word) for word in command], env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                                  stderr=subprocess.STDOUT, timeout=patience)
        text = path.read_text(errors="replace").replace("\r\n", "\n")
        if done.returncode and not may_fail:
            raise Failure(f"{' '.join(map(str, command))} ended with {done.returncode}: {text}")
        return text

    def wine(self, *command, **how):
        return self.run(WINE, *command, **how)

    def start_wine(self, *command, **how):
        return self.start(WINE, *command, **how)

    def server(self, *command, listen="127.0.0.1:0"):
        """A kithd: command runs it. Its address and pin."""
        log = self.home / f"server-{len(self.processes)}"
        with open(log, "wb") as output:
            self.start(*command, "--listen", listen, stdout=output)
        line = wait("kithd is not ready", lambda: re.search(r"ready on ([^ ,]+).*pin (\S+)", log.read_text(errors="replace")))
        return line.groups()

    def linux_server(self):
        return self.server(self.linux / "server/kithd", "--data", self.home / "kithd", "--name", "Studio")

    def person(self, name, server, *cli):
        """kith-cli of somebody who has joined: a function that runs its commands."""
        profile = self.home / f"cli-{name}"
        cli = cli or (self.linux / "client-cli/kith-cli",)
        address, pin = server

        def say(*words, **how):
            return self.run(*cli, "--profile", profile, "--server", address, "--pin", pin, *words, **how)
        say("join", name)
        return say

    def stop(self, process):
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def stop_all(self):
        for process in reversed(self.processes):
            self.stop(process)

    def close(self):
        self.stop_all()
        shutil.rmtree(self.home, ignore_errors=True)


class Display:
    """Hands and eyes on the display that win32/with-display.sh has made."""

    def __init__(self, rig, pictures):
        self.rig, self.pictures = rig, pictures
        pictures.mkdir(parents=True, exist_ok=True)

    def hands(self, *words):
        return self.rig.run("xdotool", *words, may_fail=True)

    def move_tray(self):
        """Wine's stand-in for a tray lies in the way, and takes the keyboard: out of sight."""
        for tray in self.hands("search", "--onlyvisible", "--name", "^Wine System Tray$").split():
            self.hands("windowmove", tray, "1300", "820")

    def enter(self, name):
        """Waits for a window of that name, and for its having the keyboard."""
        self.name = name

        def entered():
            self.move_tray()
            windows = self.hands("search", "--onlyvisible", "--name", name).split()
            if not windows:
                return False
            self.hands("windowactivate", windows[-1])  # by the window manager: X alone tells Wine nothing
            return self.hands("getwindowfocus").strip() == windows[-1]
        wait(f"no window that is named {name} takes the keyboard", entered)

    def type(self, text):
        self.enter(self.name)
        self.hands("type", "--delay", "20", text)

    def key(self, *keys):
        self.enter(self.name)
        self.hands("key", "--delay", "20", *keys)

    def shoot(self, name):
        path = self.pictures / f"{name}.png"
        self.move_tray()
        self.hands("mousemove", "1399", "899")  # what is under the pointer looks different
        self.rig.run("import", "-window", "root", "-crop", "1290x810+0+0", "+repage", path)
        return path

    def settle(self, name):
        """The picture once it has stayed the same for a while; a caret may blink, a spinner may not turn."""
        path, before = self.pictures / f"{name}.png", self.pictures / f"{name}.before.png"
        same = 0

        def is_still():
            nonlocal same
            if path.exists():
                path.rename(before)
            self.shoot(name)
            differing = self.rig.run("compare", "-metric", "AE", before, path, "null:", may_fail=True).split() if before.exists() else ["inf"]
            same = same + 1 if float(differing[0]) < CARET_PIXELS else 0
            return same >= STILL
        path.unlink(missing_ok=True)
        wait("the window does not come to rest", is_still)
        before.unlink()
        return path

    def colors(self, path):
        """How many colours the picture has."""
        return int(self.rig.run("identify", "-format", "%k", path))

    def lightness(self, path):
        """From 0, black, to 1."""
        return float(self.rig.run("convert", path, "-colorspace", "Gray", "-format", "%[fx:mean]", "info:"))


def run_tests(rig, tests):
    """Each in its turn; the sum as ./dev reads it. True: all is well."""
    failed = 0
    for test in tests:
        begin = time.monotonic()
        try:
            test()
            word = "ok"
        except (Failure, subprocess.TimeoutExpired) as problem:
            failed += 1
            word = f"FAILED: {problem}"
            for log in sorted(rig.home.glob("log-*")):
                lines = [line for line in log.read_text(errors="replace").splitlines() if line and "Pango-CRITICAL" not in line]
                print(f"--- {log.name}", *lines[:8], *lines[-8:], sep="\n", file=sys.stderr)
        print(f"{test.__name__}: {word} ({time.monotonic() - begin:.0f} s)", flush=True)
        if failed:
            break  # what follows builds on it
    rig.close()
    print(f"{tests.index(test) + 1 - failed} passed, {failed} failed")
    return not failed
