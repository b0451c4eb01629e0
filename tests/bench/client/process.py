"""process.py - a program under measurement: Linux, by /proc, and its turns of the main loop by tests/bench/turns.c."""
import mmap
import os
import pathlib
import struct
import subprocess
import time

QUIET = 0.4  # seconds without work after which a program has finished
STEP = 0.01  # seconds between two looks
WORK_NS = 1_000_000  # of processor time between two looks: what is more is work
PATIENCE = 240
FIGURES = struct.Struct("=32I")  # four of turns.c: turns and frames, each by the clock and by the processor's
LIMITS_MS = (8, 16, 33, 50, 100, 250)


def threads(pid):
    try:
        return [pathlib.Path(f"/proc/{pid}/task/{name}") for name in os.listdir(f"/proc/{pid}/task")]
    except FileNotFoundError:
        return []


def read(path):
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""  # the thread has just ended


def ran_ns(pid):
    return sum(int(text.split()[0]) for text in (read(task / "schedstat") for task in threads(pid)) if text)


def is_runnable(pid):
    return any(text and text.rpartition(")")[2].split()[0] in "RD" for text in (read(task / "stat") for task in threads(pid)))


def wait_quiet(pids, quiet=QUIET):
    """Waits until none of the processes has had work for so long; the moment (monotonic) of the last work of the first one."""
    end = time.monotonic() + PATIENCE
    before = [ran_ns(pid) for pid in pids]
    first = latest = time.monotonic()
    while time.monotonic() < end:
        time.sleep(STEP)
        now, ran = time.monotonic(), [ran_ns(pid) for pid in pids]
        worked = [after - earlier > WORK_NS or is_runnable(pid) for pid, earlier, after in zip(pids, before, ran)]
        before = ran
        first = now if worked[0] else first
        latest = now if any(worked) else latest
        if now - latest > quiet:
            return first
    raise RuntimeError(f"Not finished within {PATIENCE} s.")


class Program:
    """Started at once. helpers: processes that it waits for."""

    def __init__(self, words, environment, folder, turns_library, helpers=()):
        self.helpers = list(helpers)
        path = folder / "turns"
        path.write_bytes(bytes(FIGURES.size))
        with open(path, "r+b") as file:
            self.turns = mmap.mmap(file.fileno(), FIGURES.size)
        self.log = open(folder / "log", "w")
        environment = dict(environment, KITH_TURNS=str(path), LD_PRELOAD=str(turns_library))
        self.begin = time.monotonic()
        self.child = subprocess.Popen(words, env=environment, stdout=self.log, stderr=self.log)
        self.pid = self.child.pid

    def wait_quiet(self):
        moment = wait_quiet([self.pid] + self.helpers)
        if self.child.poll() is not None:
            raise RuntimeError(f"{self.child.args[0]} ended by itself; its last words are in {self.log.name}.")
        return moment

    def cpu_ms(self):
        fields = pathlib.Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")

    def memory_mb(self):
        """Its share of all pages, and those that nobody else has."""
        lines = pathlib.Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()[1:]
        sizes = {name: int(size.split()[0]) / 1024 for name, _, size in (line.partition(":") for line in lines)}
        return sizes["Pss"], sizes["Private_Clean"] + sizes["Private_Dirty"]

    def wakes(self):
        """Of each thread so far, by its name: one that ends takes its number with it."""
        lines = ((task.name, line) for task in threads(self.pid) for line in read(task / "status").splitlines())
        return {name: int(line.split()[1]) for name, line in lines if line.startswith("voluntary_ctxt_switches")}

    def reset_figures(self):
        self.turns[:] = bytes(FIGURES.size)

    def take_figures(self):
        """Of turns and of frames: two of these, by the clock and by the processor's: the histogram, and the longest in ms."""
        numbers = FIGURES.unpack(self.turns[:])
        parts = [{"histogram": list(numbers[at:at + 7]), "longest_ms": numbers[at + 7] / 1000} for at in range(0, 32, 8)]
        return {"turns": parts[:2], "frames": parts[2:]}

    def frames(self):
        """How many were drawn since the figures were zeroed."""
        return sum(self.take_figures()["frames"][0]["histogram"])

    def close(self):
        self.child.terminate()
        try:
            self.child.wait(10)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.turns.close()
        self.log.close()
