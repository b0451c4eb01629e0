#!/usr/bin/env python3
"""dist.py SYSROOT BUILD OUTPUT - the folder that runs on any Windows 10: the programs, the libraries that they import and no others, what GTK reads at run
time, translations, licences, and the list of the sources of the libraries (which the LGPL obliges us to offer).

Libraries are found by walking imports. One that is neither in the sysroot nor the compiler's has to be Windows' own (SYSTEM). At the end every file has to
have a place in the table EXPECTED, or the folder is refused; its size is printed."""
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

HOST = "x86_64-w64-mingw32"
PROGRAMS = ("client-gtk/kith.exe", "server/kithd.exe", "client-cli/kith-cli.exe")
MOST_MB = 64
# Of Windows 10: nothing of them may be shipped.
SYSTEM = set("""advapi32 bcrypt comctl32 comdlg32 crypt32 d2d1 d3d11 dnsapi dwmapi dwrite dxgi gdi32 gdiplus hid imm32 iphlpapi kernel32 mpr msimg32 msvcrt
ncrypt ntdll ole32 oleaut32 opengl32 psapi rpcrt4 secur32 setupapi shell32 shlwapi usp10 user32 userenv uxtheme version wevtapi windowscodecs winmm winspool.drv
wldap32 ws2_32 wtsapi32""".split())
# Translations of the libraries, for the languages that Kith has.
DOMAINS = ("glib20", "gtk30", "libhandy")
EXPECTED = ("bin/kith.exe", "bin/kithd.exe", "bin/kith-cli.exe", "bin/*.dll", "share/glib-2.0/schemas/gschemas.compiled", "share/locale/*/LC_MESSAGES/*.mo",
            "share/doc/kith/LICENSE.txt", "share/doc/kith/windows.md", "share/doc/kith/kithd.conf.sample", "share/doc/kith/sources.txt",
            "share/doc/kith/licenses/*")
# What Debian built, and the compiler's own libraries.
DEBIAN_LICENSES = {"zlib": "libz-mingw-w64", "mingw-w64": "mingw-w64-common", "gcc": "gcc-mingw-w64-base"}


def run(*command):
    return subprocess.run([str(word) for word in command], check=True, capture_output=True, text=True).stdout


def imports(path):
    return re.findall(r"DLL Name: (\S+)", run(f"{HOST}-objdump", "-p", path))


def find(name, places):
    return next((place / name for place in places if (place / name).is_file()), None)


def add_programs(sysroot, build, output):
    """The programs and, again and again, what they import; stripped."""
    compiler = Path(run(f"{HOST}-gcc-posix", "-print-libgcc-file-name").strip()).parent
    places = (sysroot / "bin", compiler, Path(f"/usr/{HOST}/lib"))
    waiting = [build / program for program in PROGRAMS]
    bin_folder = output / "bin"
    bin_folder.mkdir(parents=True)
    while waiting:
        path = waiting.pop()
        if (bin_folder / path.name).exists():
            continue
        shutil.copy(path, bin_folder)
        run(f"{HOST}-strip", bin_folder / path.name)
        for name in imports(path):
            library = find(name, places)
            if library:
                waiting.append(library)
            elif name.lower().removesuffix(".dll") not in SYSTEM and not name.lower().startswith("api-ms-win-"):
                raise SystemExit(f"dist.py: {path.name} imports {name}, which is neither in the sysroot nor known to be Windows' own")


def add_schemas(sysroot, output):
    """GTK's emoji chooser ends the program where its settings have no schema."""
    folder = output / "share/glib-2.0/schemas"
    folder.mkdir(parents=True)
    run("/usr/lib/x86_64-linux-gnu/glib-2.0/glib-compile-schemas", f"--targetdir={folder}", sysroot / "share/glib-2.0/schemas")


def add_translations(sysroot, build, output):
    for own in sorted(build.glob("po/*/LC_MESSAGES/kith.mo")):
        language = own.parent.parent.name
        folder = output / "share/locale" / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        shutil.copy(own, folder)
        for domain in DOMAINS:
            theirs = sysroot / "share/locale" / language / "LC_MESSAGES" / f"{domain}.mo"
            if theirs.is_file():
                shutil.copy(theirs, folder)


def add_documents(sysroot, source, output):
    folder = output / "share/doc/kith"
    shutil.copytree(sysroot / "share/kith/licenses", folder / "licenses", ignore=shutil.ignore_patterns("cmocka.txt"))  # for tests only
    for name, package in DEBIAN_LICENSES.items():
        shutil.copy(f"/usr/share/doc/{package}/copyright", folder / "licenses" / f"{name}.txt")
    shutil.copy(sysroot / "share/kith/sources.txt", folder)
    shutil.copy(source / "LICENSE", folder / "LICENSE.txt")
    shutil.copy(source / "docs/windows.md", folder)
    shutil.copy(source / "resources/kithd.conf.sample", folder)


def check(output):
    files = sorted(path for path in output.rglob("*") if path.is_file())
    names = [path.relative_to(output).as_posix() for path in files]
    needless = [name for name in names if not any(fnmatch(name, pattern) for pattern in EXPECTED)]
    if needless:
        raise SystemExit("dist.py: these have no place in the folder: " + ", ".join(needless))
    missing = [pattern for pattern in EXPECTED if not any(fnmatch(name, pattern) for name in names)]
    if missing:
        raise SystemExit("dist.py: nothing is there for " + ", ".join(missing))
    megabytes = sum(path.stat().st_size for path in files) / 1e6
    libraries = sum(name.endswith(".dll") for name in names)
    print(f"{output}: {len(files)} files, {libraries} of them libraries, {megabytes:.1f} MB")
    if megabytes > MOST_MB:
        raise SystemExit(f"dist.py: that is more than {MOST_MB} MB: what came in?")


def main(sysroot, build, output):
    if output.exists():
        shutil.rmtree(output)
    add_programs(sysroot, build, output)
    add_schemas(sysroot, output)
    add_translations(sysroot, build, output)
    add_documents(sysroot, Path(__file__).resolve().parent.parent, output)
    check(output)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
