#!/usr/bin/python3
"""Who may include whom (ARCHITECTURE.md), read from the #includes of every source file, so that it stays true.

Also: platforms are told apart in *-posix and *-win32 files alone, nothing is left to be done later, and the window has
no markup.
Usage: layers.py SOURCE_ROOT
"""
import pathlib
import re
import sys

# Folder: the folders that it may include besides itself. What is written as a plain file name is in the same folder.
LAYERS = {
    "shared/base": [],
    "shared/net": [],
    "shared/terminal": [],
    "shared/proto": [],
    "shared/sql": ["proto"],
    "shared/client": ["net", "proto"],
    "server/log": [],
    "server/secret": ["proto"],
    "server/domain": ["proto/error.h", "proto/limits.h"],
    "server/wire": ["domain", "proto"],
    "server/store": ["base", "domain", "wire", "proto", "sql"],
    "server/bus": ["domain", "proto"],
    "server/metrics": ["log", "net", "proto/error.h"],
    "server/conn": ["net", "proto", "log", "metrics", "domain/settings.h"],
    "server/delivery": ["conn", "domain", "metrics", "wire", "proto"],
    "server/dispatch": ["conn", "delivery", "domain", "log", "metrics", "presence", "secret", "wire", "proto"],
    "server/presence": ["conn", "domain", "log", "net", "proto"],
    "server/app": ["base", "bus", "conn", "delivery", "dispatch", "domain", "log", "metrics", "net", "presence", "proto", "secret", "store", "terminal", "wire"],
    "server": ["app", "client/fingerprint.h", "log", "net"],
    "client-cli": ["base", "client", "net", "proto", "terminal"],
    "client-gtk/core": ["base", "client", "net", "proto", "sql"],
    "client-gtk/widgets": ["core"],
    "client-gtk": ["core", "widgets"],
}

# Libraries that only these folders may name.
LIBRARIES = {
    "openssl/": ["shared/net", "server/secret", "shared/client"],  # the client: random bytes for tokens and nonces
    "sqlite3.h": ["shared/sql", "server/store", "client-gtk/core"],
    "json-c/": ["shared/proto", "shared/client", "server/dispatch", "server/app", "client-cli", "client-gtk/core", "client-gtk/widgets"],
    "gtk/": ["client-gtk/widgets"],
    "handy.h": ["client-gtk/widgets"],
    "md4c.h": ["client-gtk/core"],
    "libsecret/": ["client-gtk/core"],
    "sys/socket.h": ["shared/net", "server/app"],  # app: the service manager's datagrams
    "microhttpd.h": ["server/metrics"],
    "winsock2.h": ["shared/net", "client-gtk/core"],
}

PLATFORM = re.compile(r"\b(_WIN32|G_OS_WIN32|G_OS_UNIX|__linux__|__unix__)\b")
PLATFORM_FILE = re.compile(r"-(posix|win32)\.[ch]$")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
# Text from the network never becomes markup; nothing of the window needs it, so the window does not have it at all.
MARKUP = re.compile(r"\b\w*(_set_markup\w*|_tooltip_markup|_with_markup|_secondary_markup|_parse_markup)\b|\"(use|tooltip)-markup\"")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"])([^>"]+)[>"]', re.MULTILINE)


def layer_of(path):
    """The folder of LAYERS that a file belongs to: the longest that fits."""
    folders = [str(parent) for parent in path.parents]
    return next((folder for folder in folders if folder in LAYERS), None)


def permitted(layer, name):
    own = layer.split("/")[-1]
    if "/" not in name:
        return True
    return any(name == may or name.startswith(may + "/") for may in LAYERS[layer] + [own])


def check_includes(path, text):
    layer = layer_of(path)
    if layer is None:
        yield "is in no folder that the table of layers names"
        return
    for bracket, name in INCLUDE.findall(text):
        if bracket == '"' and not permitted(layer, name):
            yield f"{layer} may not include {name}"
        for library, folders in LIBRARIES.items():
            if bracket == "<" and name.startswith(library) and layer not in folders:
                yield f"{layer} may not include <{name}>"


def check_text(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if UNFINISHED.search(line):
            yield f"line {number}: unfinished work"
        if line.lstrip().startswith("#") and PLATFORM.search(line) and not PLATFORM_FILE.search(path.name):
            yield f"line {number}: a platform is named outside of a -posix or -win32 file"


def check_markup(text):
    for number, line in enumerate(text.splitlines(), 1):
        if MARKUP.search(line):
            yield f"line {number}: markup in the window: use a PangoAttrList"


def main(root):
    complaints = []
    sources = 0
    for top in ("shared", "server", "client-cli", "client-gtk"):
        for path in sorted((root / top).rglob("*.[ch]")):
            text, relative = path.read_text(encoding="utf-8"), path.relative_to(root)
            sources += 1
            found = list(check_includes(relative, text)) + list(check_text(relative, text))
            complaints += [f"{relative}: {complaint}" for complaint in found]
    for path in sorted([*(root / "client-gtk").rglob("*.[ch]"), *(root / "resources/ui").glob("*.ui")]):
        complaints += [f"{path.relative_to(root)}: {complaint}" for complaint in check_markup(path.read_text(encoding="utf-8"))]
    if sources == 0:
        complaints.append(f"no sources under {root}")
    print("\n".join(complaints) or f"{sources} files keep to their layers")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
