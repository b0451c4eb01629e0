"""report.py - the rows of the table, what is asked of each, and the histograms."""
import statistics

import process


class Row:
    """asked: what is compared with the limit is what compare() makes of the medians; None where one is missing."""

    def __init__(self, key, title, unit, asked="", limit=None, compare=None):
        self.key, self.title, self.unit, self.asked, self.limit, self.compare = key, title, unit, asked, limit, compare

    def verdict(self, value_of):
        if self.compare is None:
            return ""
        value = self.compare(value_of)
        if value is None:
            return self.asked
        return f"{self.asked} {'reached' if self.limit[0] <= value <= self.limit[1] else 'MISSED'}"


def own(key, large=False):
    return lambda value_of: value_of("large" if large else "Kith", key)


def ratio(key, other, other_key, of="Kith"):
    def compare(value_of):
        above, below = value_of(of, key), value_of(other, other_key)
        return above / below if above is not None and below else None
    return compare


def most(key, unit, title, limit, large=False):
    return Row(key, title, unit, f"<= {limit}", (0, limit), own(key, large))


def against_pidgin(key, title, unit, share, words):
    return Row(key, title, unit, words, (0, share), ratio(key, "Pidgin", key))


THIRD = 1 / 3
ROWS = [
    against_pidgin("window", "start to the first window", "ms", 0.5, "half of Pidgin's"),
    Row("room", "start to the room with its last messages", "ms", "Pidgin's window", (0, 1), ratio("room", "Pidgin", "window")),
    Row("window_again", "... to the window, by turns with a large cache", "ms", "+-20 %", (0.8, 1.2),
        ratio("window_again", "Kith", "window_again", "large")),
    Row("room_again", "... to the room, by turns with a large cache", "ms", "+-20 %", (0.8, 1.2), ratio("room_again", "Kith", "room_again", "large")),
    most("pss", "MB", "PSS, connected", 60),
    Row("private", "... of it nobody else's", "MB"),
    most("wakes", "/s", "wake-ups when nothing happens", 1),
    against_pidgin("wall_1000", "1,000 messages into the open room", "ms", THIRD, "a third of Pidgin's"),
    against_pidgin("cpu_1000", "... their processor time", "ms", THIRD, "a third of Pidgin's"),
    most("frame_1000", "ms", "... longest frame", 50),
    Row("frame_cpu_1000", "... longest frame, processor time", "ms"),
    against_pidgin("wall_10000", "10,000 messages into the open room", "ms", THIRD, "a third of Pidgin's"),
    against_pidgin("cpu_10000", "... their processor time", "ms", THIRD, "a third of Pidgin's"),
    most("frame_10000", "ms", "... longest frame", 50),
    Row("frame_cpu_10000", "... longest frame, processor time", "ms"),
    Row("turn_10000", "... longest turn of the main loop", "ms"),
    most("pss_after", "MB", "PSS after them", 75),
    Row("private_after", "... of it nobody else's", "MB"),
    most("switch", "ms", "switching to another conversation, first frame", 50, True),
    most("back", "ms", "switching back, first frame", 50, True),
    most("switcher", "ms", "letter in the switcher to its results", 30, True),
    most("search", "ms", "letter in the search to hits of this computer", 100, True),
    Row("scroll", "scrolling back through a long room", "s"),
    most("frame_scroll", "ms", "... longest frame", 50, True),
    Row("frame_cpu_scroll", "... longest frame, processor time", "ms"),
    most("pss_scroll", "MB", "PSS after it", 75, True),
    Row("private_scroll", "... of it nobody else's", "MB"),
]
KINDS = ("clock", "processor")
HISTOGRAMS = [("figures_1000", "frames", "Frames while 1,000 messages arrive"), ("figures_10000", "frames", "Frames while 10,000 messages arrive"),
              ("figures_scroll", "frames", "Frames of scrolling back"), ("figures_10000", "turns", "Turns of the main loop during 10,000 messages")]


def show(value):
    return "" if value is None else f"{value:.0f}" if value >= 100 else f"{value:.1f}"


def median(samples, key):
    values = [value for sample in samples if key in sample for value in (sample[key] if isinstance(sample[key], list) else [sample[key]])]
    return statistics.median(values) if values else None


def print_histogram(results, key, what, title):
    lines = []
    for name, samples in results.items():
        for part, kind in enumerate(KINDS):
            found = [one[key][what][part]["histogram"] for one in samples if key in one]
            if found and any(map(any, found)):
                lines.append(f"  {name + ', ' + kind:47}" + "".join(f"{sum(column):9}" for column in zip(*found)))
    if lines:
        limits = [f"<= {limit}" for limit in process.LIMITS_MS] + ["more"]
        print(f"\n{title + ', ms':49}" + "".join(f"{limit:>9}" for limit in limits), *lines, sep="\n")


def print_table(results, large_name):
    names = list(results)
    print(f"{'':52}" + "".join(f"{name:>14}" for name in names) + f"{'Kith / Pidgin':>15}  asked of Kith")

    def value_of(name, key):
        return median(results.get(large_name if name == "large" else name, []), key)
    for row in ROWS:
        values = [value_of("large" if name == large_name else name, row.key) for name in names]
        if not any(value is not None for value in values):
            continue
        share = ratio(row.key, "Pidgin", row.key)(value_of)
        print(f"{row.title:48}{row.unit:4}" + "".join(f"{show(value):>14}" for value in values)
              + f"{f'{share:.2f}' if share is not None else '':>15}  {row.verdict(value_of)}".rstrip())
    for histogram in HISTOGRAMS:
        print_histogram(results, *histogram)
