#!/usr/bin/env python3
"""service.py DIST LINUX-BUILD WINDOWS-BUILD - kithd as a service, under Wine and its manager of services: installed, started, used from both systems, told to
read its configuration, stopped, killed, removed; nothing is left but its data."""
import re
import sys
from pathlib import Path

from rig import WINE, Failure, Rig, run_tests, wait

KEY = r"HKLM\SYSTEM\CurrentControlSet\Services\kithd"
EVENTS = r"HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\kithd"
PARAMCHANGE = 6


def main(dist, linux, windows):
    rig = Rig(linux)
    kithd = dist / "bin/kithd.exe"
    data = rig.prefix / "drive_c/ProgramData/Kith"
    log = data / "kithd.log"
    people = {}

    def registry(key):
        return rig.wine("reg", "query", key, may_fail=True)

    def lines(event):
        """What the log says behind the word of an event, once for each time."""
        text = log.read_text(errors="replace") if log.exists() else ""
        return re.findall(rf"event={event}\b(.*)", text)

    def started(times):
        wait(f"the service has not started {times} times", lambda: len(lines("listening")) >= times and len(lines("key")) >= times)
        address = re.search(r"address=(\S+)", lines("listening")[-1])[1]
        pin = re.search(r"pin=(\w+)", lines("key")[-1])[1]
        return address, pin

    def running():
        """Whether there is such a process, of this prefix."""
        program = str(kithd.resolve()).replace("/", "\\")
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes()
                if program.encode() in words and str(rig.prefix).encode() in path.with_name("environ").read_bytes():
                    return True
            except OSError:
                continue  # it has ended
        return False

    def it_says_what_it_is():
        for words in ((), ("install", "twice"), ("dance",)):
            if "usage: kithd service install|remove|run" not in rig.wine(kithd, "service", *words, may_fail=True):
                raise Failure(f"kithd service {' '.join(words)} says nothing helpful")
        said = rig.wine(kithd, "service", "run", may_fail=True)
        if "sc start kithd" not in said:
            raise Failure(f"a service that is run by hand says nothing helpful: {said}")
        if "There is none" not in rig.wine(kithd, "service", "remove", may_fail=True):
            raise Failure("a service that is not there was removed")

    def it_is_installed():
        said = rig.wine(kithd, "--listen", "127.0.0.1:0", "--name", "The \"big\" house", "service", "install")
        entry = registry(KEY)
        for wanted in (r"Start\s+REG_DWORD\s+0x2", r"Description\s+REG_SZ\s+Instant messaging", r"DisplayName\s+REG_SZ\s+Kith server",
                       r"ObjectName\s+REG_SZ\s+NT SERVICE\\kithd", r'ImagePath\s+REG_\w+\s+".*kithd.exe".* "service" "run"'):
            if not re.search(wanted, entry):
                raise Failure(f"{said}\nno {wanted} in the registry: {entry}")
        if "EventCreate.exe" not in registry(EVENTS):
            raise Failure("the viewer of events knows nothing of it")
        if "discovery" not in (data / "kithd.conf").read_text():
            raise Failure("there is no configuration")
        twice = rig.wine(kithd, "service", "install", may_fail=True)
        if "There is one already" not in twice:
            raise Failure(f"it was installed twice: {twice}")

    def people_use_it():
        rig.wine("net", "start", "kithd")
        server = started(1)
        people["ada"] = rig.person("ada", server)
        people["bob"] = rig.person("bob", server, WINE, dist / "bin/kith-cli.exe")
        people["ada"]("say", "#lobby", "Who runs this?")
        wait("bob does not read ada", lambda: "Who runs this?" in people["bob"]("history", "#lobby"))
        rig.wine(kithd, "--data", r"C:\ProgramData\Kith", "user", "role", "ada", "owner")
        rig.wine(kithd, "--data", r"C:\ProgramData\Kith", "backup", r"C:\backup.db")

    def it_reads_its_configuration_again():
        (data / "kithd.conf").write_text("[limits]\ntext = 20\n")
        rig.wine(windows / "tests/wine/control-service.exe", "kithd", str(PARAMCHANGE))
        wait("nothing was reloaded", lambda: lines("reloaded"))
        said = people["ada"]("say", "#lobby", "x" * 21, may_fail=True)
        if "takes 20" not in said:
            raise Failure(f"the new limit does not hold: {said}")

    def it_stops_and_starts():
        rig.wine("net", "stop", "kithd")
        wait("it did not end in good order", lambda: lines("stopped") and not running())
        rig.wine("sc", "start", "kithd")
        people["cyd"] = rig.person("cyd", started(2))
        if "Who runs this?" not in people["cyd"]("history", "#lobby"):
            raise Failure("what was said is gone")

    def a_bad_configuration_is_no_start():
        rig.wine("net", "stop", "kithd")
        (data / "kithd.conf").write_text("[limits]\ntext = many\n")
        rig.wine("net", "start", "kithd", may_fail=True)
        wait("it runs with a bad configuration", lambda: not running())
        (data / "kithd.conf").write_text("")

    def it_is_removed_while_it_runs():
        rig.wine("net", "start", "kithd")
        started(3)
        rig.wine(kithd, "service", "remove")
        wait("it still runs", lambda: not running())
        for key in (KEY, EVENTS):
            if "kithd" in registry(key):
                raise Failure(f"{key} is left")
        if not (data / "kith.db").is_file() or len(lines("stopped")) != 3:
            raise Failure("its data is gone, or it was not asked to stop")

    return run_tests(rig, [it_says_what_it_is, it_is_installed, people_use_it, it_reads_its_configuration_again, it_stops_and_starts,
                           a_bad_configuration_is_no_start, it_is_removed_while_it_runs])


if __name__ == "__main__":
    sys.exit(0 if main(*map(Path, sys.argv[1:])) else 1)
