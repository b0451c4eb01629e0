"""hands.py - keys pressed through the X server, and what the screen shows then: for how long somebody waits who sits there."""
import ctypes
import time

STEP = 0.001  # seconds between two looks at the screen
CALM = 0.4  # seconds without a change after which the picture is complete
PATIENCE = 20
ZPIXMAP = 2


class Image(ctypes.Structure):
    _fields_ = [("width", ctypes.c_int), ("height", ctypes.c_int), ("offset", ctypes.c_int), ("format", ctypes.c_int),
                ("data", ctypes.c_void_p), ("orders", ctypes.c_int * 5), ("bytes_per_line", ctypes.c_int)]


class Hands:
    """screen: the Screen that has seen the window."""

    def __init__(self, screen):
        self.x, self.display, self.screen = screen.x, screen.display, screen
        self.test = ctypes.CDLL("libXtst.so.6")
        self.x.XGetImage.restype = ctypes.POINTER(Image)
        self.x.XStringToKeysym.restype = ctypes.c_ulong
        self.x.XDefaultRootWindow.restype = ctypes.c_ulong
        self.x.XDestroyImage.argtypes = [ctypes.POINTER(Image)]
        self.root = ctypes.c_ulong(self.x.XDefaultRootWindow(self.display))
        self.test.XTestFakeMotionEvent(self.display, -1, 0, 0, ctypes.c_ulong(0))  # the pointer is over nothing

    def _send(self, name, down):
        code = self.x.XKeysymToKeycode(self.display, ctypes.c_ulong(self.x.XStringToKeysym(name.encode())))
        self.test.XTestFakeKeyEvent(self.display, code, down, ctypes.c_ulong(0))

    def press(self, *keys):
        """Each is a key with its modifiers: Alt_L+Down. The moment (monotonic) before the last one."""
        for chord in keys:
            names = chord.split("+")
            moment = time.monotonic()
            for name in names:
                self._send(name, 1)
            for name in reversed(names):
                self._send(name, 0)
            self.x.XFlush(self.display)
        return moment

    def look(self, area):
        """The pixels of a part (left, top, right, bottom) of the window; each a share of its width or height."""
        left, top, width, height = self.screen.place
        box = (left + int(width * area[0]), top + int(height * area[1]),
               int(width * (area[2] - area[0])), int(height * (area[3] - area[1])))
        image = self.x.XGetImage(self.display, self.root, *box, ctypes.c_ulong(0xFFFFFFFF), ZPIXMAP)
        pixels = ctypes.string_at(image.contents.data, image.contents.bytes_per_line * box[3])
        self.x.XDestroyImage(image)
        return pixels

    def wait_calm(self, area):
        picture, since = self.look(area), time.monotonic()
        while time.monotonic() - since < CALM:
            time.sleep(STEP * 10)
            again = self.look(area)
            picture, since = (picture, since) if again == picture else (again, time.monotonic())

    def time(self, area, *keys):
        """Milliseconds from the last of the keys until the area changes, and until it does not change any more."""
        self.wait_calm(area)
        picture, changes = self.look(area), []
        begin = self.press(*keys)
        while not changes or time.monotonic() - changes[-1] < CALM:
            again, now = self.look(area), time.monotonic()
            if again != picture:
                picture = again
                changes.append(now)
            if not changes and now - begin > PATIENCE:
                raise RuntimeError(f"Nothing was seen within {PATIENCE} s after {' '.join(keys)}.")
            time.sleep(STEP)
        return (changes[0] - begin) * 1000, (changes[-1] - begin) * 1000
