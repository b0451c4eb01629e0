#!/usr/bin/env python3
"""install.py SETUP.exe LINUX-BUILD PICTURES - the installer under Wine, in a prefix of its own: it installs without a question, what it installed runs and
talks with Linux, and the uninstaller leaves what people wrote and nothing else."""
import sys
from pathlib import Path

from rig import WINE, Display, Failure, Rig, run_tests, wait

UNINSTALL = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Kith"
RUN = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run"
SERVICE = r"HKLM\SYSTEM\CurrentControlSet\Services\kithd"
LINK = r"HKCU\Software\Classes\kith\shell\open\command"


def main(setup, linux, pictures):
    rig = Rig(linux)
    display = Display(rig, pictures)
    home = next(path for path in (rig.prefix / "drive_c/users").iterdir() if path.name != "Public")
    local = home / "AppData/Local"
    programs = local / "Programs/Kith"
    shortcut = home / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Kith.lnk"

    def has(key, *value):
        return "HKEY_CURRENT_USER" in rig.wine("reg", "query", key, *value, may_fail=True)

    def uninstall(folder, *words):
        rig.wine(folder / "uninstall.exe", "/S", *words)
        wait(f"{folder} is not gone", lambda: not folder.exists())  # it works as a copy of itself

    def it_installs_without_a_question():
        rig.wine(setup, "/S", patience=300)
        for name in ("bin/kith.exe", "bin/kithd.exe", "bin/kith-cli.exe", "bin/libgtk-3-0.dll", "uninstall.exe"):
            if not (programs / name).is_file():
                raise Failure(f"{name} was not installed")
        for key in (UNINSTALL, LINK):
            if not has(key):
                raise Failure(f"the registry has no {key}")
        if not shortcut.is_file():
            raise Failure("the start menu has no Kith")
        if has(RUN, "/v", "org.kith.Kith"):
            raise Failure("it starts with Windows, and nobody wanted that")

    def a_person_on_windows_and_one_on_linux_talk():
        server = rig.server(WINE, programs / "bin/kithd.exe")
        carol = rig.person("carol", server, WINE, programs / "bin/kith-cli.exe")
        dave = rig.person("dave", server)
        carol("say", "#lobby", "Grüße von Windows")
        wait("dave does not read carol", lambda: "Grüße von Windows" in dave("history", "#lobby"))
        dave("say", "#lobby", "שלום from Linux")
        wait("carol does not read dave", lambda: "שלום from Linux" in carol("history", "#lobby"))

    def the_installed_client_runs():
        client = rig.start_wine(programs / "bin/kith.exe")
        display.enter("^Kith$")
        display.settle("installed")
        rig.wine(programs / "bin/kith.exe", "--quit")
        if client.wait(60) != 0:
            raise Failure("the installed kith.exe did not end well")
        if not (local / "kith").is_dir():
            raise Failure("the client made no profile")

    def the_uninstaller_leaves_data_only():
        rig.stop_all()
        uninstall(programs)
        left = [what for what in (UNINSTALL, LINK) if has(what)]
        if left or shortcut.exists():
            raise Failure(f"left behind: {left} {shortcut if shortcut.exists() else ''}")
        if not (local / "kith").is_dir() or not (local / "kithd").is_dir():
            raise Failure("what people wrote is gone")

    def choices_are_kept_and_data_goes_when_told():
        folder = rig.prefix / "drive_c/Apps/Kith"
        rig.wine(setup, "/S", "/AUTOSTART", "/D=C:\\Apps", patience=300)
        if not (folder / "bin/kith.exe").is_file() or not has(RUN, "/v", "org.kith.Kith"):
            raise Failure("/D and /AUTOSTART were not followed")
        uninstall(folder, "/DELETEDATA")
        if has(RUN, "/v", "org.kith.Kith") or (local / "kith").exists() or (local / "kithd").exists():
            raise Failure("/DELETEDATA left something")

    def for_everybody_it_hosts_a_server():
        folder, common = rig.prefix / "drive_c/Program Files/Kith", rig.prefix / "drive_c/ProgramData/Kith"
        log = common / "kithd.log"
        common.mkdir()
        (common / "kithd.conf").write_text("[listen]\naddresses = 127.0.0.1:0\n[server]\ndiscovery = off\n")
        for times in (1, 2):  # the second time over itself: the service is stopped and started
            rig.wine(setup, "/S", "/ALLUSERS", "/SERVICE", patience=300)
            wait("the service does not serve", lambda: log.is_file() and log.read_text().count("event=listening") == times)
        if log.read_text().count("event=stopped") != 1 or not (folder / "bin/kithd.exe").is_file():
            raise Failure("the service did not stop for its new version")
        uninstall(folder)
        if "kithd" in rig.wine("reg", "query", SERVICE, may_fail=True) or log.read_text().count("event=stopped") != 2:
            raise Failure("the service is left behind")
        if not (common / "kith.db").is_file():
            raise Failure("the data of the service is gone")

    return run_tests(rig, [it_installs_without_a_question, a_person_on_windows_and_one_on_linux_talk, the_installed_client_runs,
                           the_uninstaller_leaves_data_only, choices_are_kept_and_data_goes_when_told, for_everybody_it_hosts_a_server])


if __name__ == "__main__":
    sys.exit(0 if main(*map(Path, sys.argv[1:])) else 1)
