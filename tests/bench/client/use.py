"""use.py - what somebody does in the window of Kith, and how long they wait: conversations, the switcher, searching, scrolling.

Parts of the window are shares of its width and height."""
import time

MESSAGES = (0.45, 0.2, 0.6, 0.8)
RESULTS = (0.32, 0.28, 0.42, 0.6)  # of the switcher, below its entry
HITS = (0.33, 0.22, 0.6, 0.9)  # of the page of a search, below what is asked
SWITCHES = 10
QUERIES = ("lunch", "minutes", "54321", "key 777")
NAMES = ("r", "person3", "07")
TOP_SECONDS = 2  # without a frame, though keys are pressed: there is no more


def switch(hands):
    """First frames: of conversations that were not open lately, then of two that are."""
    new = [hands.time(MESSAGES, "Alt_L+Down")[0] for _ in range(SWITCHES)]
    back = [hands.time(MESSAGES, "Alt_L+Up" if number % 2 == 0 else "Alt_L+Down")[0] for number in range(SWITCHES)]
    return new, back


def use_switcher(hands):
    """From the last letter to the results."""
    waits = []
    for name in NAMES:
        hands.press("Control_L+k")
        waits.append(hands.time(RESULTS, *[letter for letter in name])[0])
        hands.press("Escape")
        hands.wait_calm(RESULTS)
    return waits


def search(hands):
    """From the last letter to the first hits, the moment included that the page waits for another letter."""
    waits = []
    hands.press("Control_L+Shift_L+f")
    for query in QUERIES:
        hands.wait_calm(HITS)
        hands.press("Control_L+a", "BackSpace")
        waits.append(hands.time(HITS, *[{" ": "space"}.get(letter, letter) for letter in query])[0])
    hands.press("Escape")
    return waits


def to_room(hands, letters):
    hands.press("Control_L+k")
    hands.time(RESULTS, *letters)
    hands.time(MESSAGES, "Return")
    hands.wait_calm(MESSAGES)


def to_long_room(hands):
    to_room(hands, "11")


def to_lobby(hands):
    to_room(hands, "lobby")


def scroll_back(hands, program):
    """To the beginning of the open room, a page with each frame. Seconds; how many pages."""
    pages, begin, drawn, latest = 0, time.monotonic(), program.frames(), time.monotonic()
    while time.monotonic() - latest < TOP_SECONDS:
        hands.press("Shift_L+Prior")
        pages += 1
        before, asked = drawn, time.monotonic()
        while drawn == before and time.monotonic() - asked < 0.05:
            time.sleep(0.001)
            drawn = program.frames()
        latest = time.monotonic() if drawn != before else latest
    return latest - begin, pages
