"""desktop.py - a display, a window manager and a session bus for the benchmark, and when a window comes up on it."""
import ctypes
import os
import pathlib
import select
import subprocess
import time

SETTINGS = """[Settings]
gtk-font-name=Sans 10
gtk-theme-name=Adwaita
gtk-icon-theme-name=Adwaita
gtk-cursor-blink=0
gtk-enable-animations=0
"""
OLD_SETTINGS = 'gtk-font-name="Sans 10"\ngtk-cursor-blink=0\ngtk-enable-animations=0\n'

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir={folder}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""

MAP_NOTIFY = 19
SUBSTRUCTURE_NOTIFY = 1 << 19
SMALLEST = 100  # pixels: what is smaller is a helper window of a toolkit


class MapEvent(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("sent", ctypes.c_int), ("display", ctypes.c_void_p),
                ("event", ctypes.c_ulong), ("window", ctypes.c_ulong), ("override", ctypes.c_int), ("pad", ctypes.c_long * 24)]


class Screen:
    """Sees which windows become visible."""

    def __init__(self, name):
        self.x = ctypes.CDLL("libX11.so.6")
        self.x.XOpenDisplay.restype = ctypes.c_void_p
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        self.display = ctypes.c_void_p(self.x.XOpenDisplay(name.encode()))
        if not self.display:
            raise RuntimeError(f"The display {name} cannot be opened.")
        root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.x.XSetErrorHandler.argtypes = [ctypes.c_void_p]
        self.ignore = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda display, error: 0)
        self.x.XSetErrorHandler(ctypes.cast(self.ignore, ctypes.c_void_p))  # a window may be gone when we ask for it
        self.x.XSelectInput(self.display, root, ctypes.c_long(SUBSTRUCTURE_NOTIFY))
        self.window, self.place = None, None
        self.drain()

    def drain(self):
        self.x.XSync(self.display, 1)

    def measure(self, window):
        """Left, top, width, height on the screen; None: it is gone. What the window manager puts around it is part of it."""
        sizes = [ctypes.c_uint() for _ in range(4)]
        root, left, top = ctypes.c_ulong(), ctypes.c_int(), ctypes.c_int()
        known = self.x.XGetGeometry(self.display, ctypes.c_ulong(window), ctypes.byref(root), ctypes.byref(left),
                                    ctypes.byref(top), *(ctypes.byref(size) for size in sizes))
        return (left.value, top.value, sizes[0].value, sizes[1].value) if known else None

    def is_real(self, window):
        place = self.measure(window)
        return place is not None and min(place[2:]) >= SMALLEST

    def wait_window(self, seconds):
        """The moment (monotonic) at which the next window was mapped."""
        end, event = time.monotonic() + seconds, MapEvent()
        descriptor = self.x.XConnectionNumber(self.display)
        while time.monotonic() < end:
            while self.x.XPending(self.display):
                self.x.XNextEvent(self.display, ctypes.byref(event))
                now = time.monotonic()
                if event.type == MAP_NOTIFY and not event.override and self.is_real(event.window):
                    self.window = event.window
                    return now
            select.select([descriptor], [], [], 0.05)
        raise RuntimeError(f"No window came up within {seconds} s.")

    def find_place(self):
        """Where the window stands that came up last: for hands.Hands."""
        self.place = self.measure(self.window)


class Desktop:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.children = []
        self.log = open(self.folder / "desktop.log", "w")
        self.environment = self._environment()
        self._start_display()
        self._start_bus()
        self.children.append(subprocess.Popen(["openbox", "--sm-disable"], env=self.environment, stdout=self.log, stderr=self.log))
        self.screen = Screen(self.environment["DISPLAY"])

    def _environment(self):
        environment = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
        for variable, name in (("HOME", "home"), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "data"), ("XDG_CACHE_HOME", "cache"),
                               ("XDG_RUNTIME_DIR", "run")):
            path = self.folder / name
            path.mkdir(mode=0o700)
            environment[variable] = str(path)
        (self.folder / "config" / "gtk-3.0").mkdir()
        (self.folder / "config" / "gtk-3.0" / "settings.ini").write_text(SETTINGS)
        (self.folder / "home" / ".gtkrc-2.0").write_text(OLD_SETTINGS)
        environment.update(GSETTINGS_BACKEND="memory", GDK_BACKEND="x11", LC_ALL="C.UTF-8", NO_AT_BRIDGE="1")
        return environment

    def _start_display(self):
        display = subprocess.Popen(["Xvfb", "-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp", "-noreset"],
                                   stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.children.append(display)
        number = display.stdout.readline().strip()
        if not number:
            raise RuntimeError("Xvfb gave no display.")
        self.environment["DISPLAY"] = ":" + number

    def _start_bus(self):
        config = self.folder / "bus.conf"
        config.write_text(BUS.format(folder=self.folder))
        bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"], stdout=subprocess.PIPE,
                               stderr=self.log, env=self.environment, text=True)
        self.children.append(bus)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()

    def shoot(self, path):
        subprocess.run(["import", "-window", "root", str(path)], env=self.environment, check=True)

    def close(self):
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            child.wait()
        self.log.close()
