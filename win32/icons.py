#!/usr/bin/env python3
"""icons.py SOURCE OUTPUT.c - the icons of the desktop client as a GResource of PNG files, for Windows, where nothing draws SVG.

Which: every name that ends with -symbolic in client-gtk and resources/ui, and those that GTK and libhandy name. Ours are drawn by gtk-encode-symbolic-svg,
the others are those of Adwaita, which Debian's package has drawn already. They lie in the directories of hicolor that GTK has built in, so that no index of a
theme has to be shipped. The coloured icon of the program comes out of kith.ico."""
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

# Debian's; where there is none, that of MSYS2.
ADWAITA = next((path for path in (Path("/usr/share/icons/Adwaita"), Path(sys.prefix) / "share/icons/Adwaita") if path.is_dir()), Path())
SIZES = (16, 24, 32, 64)
# What the widgets of GTK and libhandy that Kith uses name by themselves, the file chooser above all. GTK itself
# brings those of the emoji chooser, of switches and of the caps lock.
TOOLKIT = """
application-x-executable audio-x-generic avatar-default bookmark-new computer dialog-error dialog-information dialog-question dialog-warning
document-open document-open-recent document-save drive-harddisk drive-optical drive-removable-media edit-clear edit-clear-rtl edit-copy edit-cut edit-delete
edit-find edit-paste edit-select-all edit-undo folder folder-documents folder-download folder-music folder-new folder-open folder-pictures
folder-publicshare folder-remote folder-saved-search folder-templates folder-videos go-down go-next go-previous go-up image-x-generic list-add list-remove
media-eject network-server network-workgroup object-select open-menu package-x-generic pan-down pan-end pan-end-symbolic-rtl pan-start pan-start-symbolic-rtl
pan-up process-working starred text-x-generic user-desktop user-home user-trash video-x-generic view-list view-more view-refresh
window-close window-maximize window-minimize window-restore
"""
NAME = re.compile(r"[\">]([a-z0-9-]+-symbolic)[\"<]")


def names(source):
    found = {name if "-symbolic" in name else name + "-symbolic" for name in TOOLKIT.split()}
    for path in [*source.glob("client-gtk/**/*.c"), *source.glob("resources/ui/*.ui")]:
        found.update(NAME.findall(path.read_text(encoding="utf-8")))
    return sorted(found)


def draw(svg, size, folder):
    subprocess.run(["gtk-encode-symbolic-svg", "-o", str(folder), str(svg), f"{size}x{size}"], check=True, stdout=subprocess.DEVNULL)


def add_symbolic(name, source, target):
    """The icon in each size; False where nobody has it."""
    own = next(source.glob(f"resources/icons/hicolor/*/*/{name}.svg"), None)
    for size in SIZES:
        folder = target / f"{size}x{size}" / "actions"
        drawn = None if own else next(ADWAITA.glob(f"{size}x{size}/*/{name}.symbolic.png"), None)
        svg = own or next(ADWAITA.glob(f"s*/*/{name}.svg"), None)
        if drawn:
            shutil.copy(drawn, folder)
        elif svg:
            draw(svg, size, folder)
        else:
            return False
    return True


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_bitmap(data):
    """A PNG of a picture in an .ico: a DIB of 32 bits, lines from the bottom, blue first; its mask is not needed."""
    begin, width, height, _, depth = struct.unpack_from("<IiiHH", data)
    if depth != 32:
        raise SystemExit("icons.py: kith.ico has a picture that is not of 32 bits")
    lines = []
    for y in range(height // 2 - 1, -1, -1):
        line = bytearray(data[begin + y * width * 4:begin + (y + 1) * width * 4])
        line[0::4], line[2::4] = line[2::4], line[0::4]
        lines.append(b"\0" + line)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height // 2, 8, 6, 0, 0, 0)) \
        + chunk(b"IDAT", zlib.compress(b"".join(lines), 9)) + chunk(b"IEND", b"")


def add_program(source, target):
    data = (source / "resources/icons/app/kith.ico").read_bytes()
    for i in range(struct.unpack_from("<HHH", data)[2]):
        size, length, offset = (struct.unpack_from("<BBBBHHII", data, 6 + 16 * i)[j] for j in (0, 6, 7))
        picture = data[offset:offset + length]
        size = size or 256
        folder = target / f"{size}x{size}" / {48: "status", 256: "apps"}.get(size, "actions")
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "kith.png").write_bytes(picture if picture.startswith(b"\x89PNG") else png_of_bitmap(picture))


def main(source, output):
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory)
        for size in SIZES:
            (target / f"{size}x{size}" / "actions").mkdir(parents=True)
        missing = [name for name in names(source) if not add_symbolic(name, source, target)]
        if missing:
            raise SystemExit("icons.py: neither resources/icons nor Adwaita has " + ", ".join(missing))
        add_program(source, target)
        files = "".join(f"<file>{path.relative_to(target)}</file>" for path in sorted(target.rglob("*.png")))
        table = target / "icons.gresource.xml"
        table.write_text(f'<gresources><gresource prefix="/org/kith/icons">{files}</gresource></gresources>')
        subprocess.run(["glib-compile-resources", "--generate-source", "--c-name", "kith_icons", "--internal", f"--sourcedir={target}",
                        f"--target={output}", str(table)], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
