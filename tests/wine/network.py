"""network.py - a second computer beside the one that the tests run on (win32/with-network.sh), and the cable between them; and a wire, which carries the
connections to a server until it is cut without anybody being told. Datagrams go past the wire: what comes while it is cut has come by UDP."""
import ctypes
import os
import select
import socket
import threading

from rig import Failure, wait

CLONE_NEWNET = 0x40000000
NEAR, FAR = "10.77.0.1", "10.77.0.2"
CHUNK = 65536


class Neighbour:
    """The other computer; here is NEAR, there is FAR."""

    def __init__(self, rig):
        self.rig = rig
        self.process = rig.start("unshare", "--net", "sleep", "infinity")
        self.namespace = f"/proc/{self.process.pid}/ns/net"
        wait("no second network", lambda: os.readlink(self.namespace) != os.readlink("/proc/self/ns/net"))
        rig.run("ip", "link", "add", "cable", "type", "veth", "peer", "name", "cable", "netns", self.process.pid)
        for command, address in (((), NEAR), (self.on(), FAR)):
            rig.run(*command, "ip", "address", "add", f"{address}/24", "broadcast", "+", "dev", "cable")
            rig.run(*command, "ip", "link", "set", "lo", "up")
            rig.run(*command, "ip", "link", "set", "cable", "up")

    def on(self):
        """What runs a command there."""
        return ("nsenter", f"--net={self.namespace}")

    def move_thread(self):
        """This thread's sockets are of that computer from now on."""
        with open(self.namespace, "rb") as place:
            if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")


class Wire:
    """Connections to the server at host:port, taken at another port of the same computer."""

    def __init__(self, host, port, neighbour=None):
        self.target, self.neighbour = (host, port), neighbour
        self.pairs = {}  # each socket and the one that its bytes go to
        self.whole = threading.Lock()
        self.carried = 0
        self.address = None
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        wait("no wire", lambda: self.address or not self.thread.is_alive())
        if not self.address:
            raise Failure("the wire could not be laid")

    def cut(self):
        """From now on nothing is carried; what is under way by then has been."""
        self.whole.acquire()

    def mend(self):
        self.whole.release()

    def run(self):
        if self.neighbour:
            self.neighbour.move_thread()
        with socket.create_server((self.target[0], 0)) as door:
            self.address = f"{self.target[0]}:{door.getsockname()[1]}"
            while True:
                ready = select.select([door, *self.pairs], [], [])[0]
                with self.whole:
                    for end in ready:
                        if end is door:
                            self.join(door.accept()[0])
                        elif end in self.pairs:
                            self.carry(end)

    def join(self, near):
        far = socket.create_connection(self.target)
        self.pairs[near], self.pairs[far] = far, near

    def carry(self, end):
        other = self.pairs[end]
        try:
            data = end.recv(CHUNK)
            other.sendall(data)
        except OSError:
            data = b""
        self.carried += len(data)
        if not data:
            for gone in (end, other):
                del self.pairs[gone]
                gone.close()
