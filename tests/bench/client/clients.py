"""clients.py - who is measured: how each is started, and who writes to it."""
import contextlib
import pathlib
import shutil
import tempfile

import irc
import kith
import process

HEXCHAT = "gui_slist_skip = 1\nirc_nick1 = bench\nirc_nick2 = bench_\nirc_user_name = bench\ngui_tray = 0\n"
PIDGIN_ACCOUNTS = """<?xml version='1.0' encoding='UTF-8' ?>
<account version='1.0'><account><protocol>prpl-irc</protocol><name>bench@127.0.0.1</name>
<statuses><status type='available' name='Available' active='true'><attributes/></status></statuses>
<settings><setting name='port' type='int'>{port}</setting><setting name='ssl' type='bool'>0</setting></settings>
<settings ui='gtk-gaim'><setting name='auto-login' type='bool'>1</setting></settings></account></account>
"""
PIDGIN_LIST = """<?xml version='1.0' encoding='UTF-8' ?>
<purple version='1.0'><blist><group name='Chats'><chat proto='prpl-irc' account='bench@127.0.0.1'>
<component name='channel'>{room}</component><setting name='gtk-autojoin' type='bool'>1</setting></chat></group></blist></purple>
"""


class Peer:
    """HexChat or Pidgin, each time with a new profile."""

    is_large = False

    def __init__(self, name, write_profile):
        self.name, self.write_profile = name, write_profile

    @contextlib.contextmanager
    def ready(self, folder):
        server = irc.IrcServer()
        try:
            yield self.write_profile(folder, server.port), [], server.post, server.joined.wait
        finally:
            server.close()


def hexchat_profile(folder, port):
    (folder / "hexchat.conf").write_text(HEXCHAT)
    return ["hexchat", "-d", folder, f"--url=irc://127.0.0.1:{port}/{irc.ROOM}"]


def pidgin_profile(folder, port):
    (folder / "accounts.xml").write_text(PIDGIN_ACCOUNTS.format(port=port))
    (folder / "blist.xml").write_text(PIDGIN_LIST.format(room=irc.ROOM))
    return ["pidgin", "-m", "-c", folder]


class Kith:
    """A copy of a home that somebody has joined with; the copy is not made of a large one, which nobody writes to."""

    def __init__(self, name, programs, home, is_large=False, in_place=False):
        self.name, self.programs, self.home, self.is_large = name, programs, home, is_large
        self.in_place = in_place or is_large

    def _place(self, folder):
        server, profile, _ = self.home
        return (server, profile) if self.in_place else self._copy(folder)

    def _copy(self, folder):
        server, profile, _ = self.home
        shutil.copytree(profile, folder / "profile")
        return server.copy(folder / "server"), folder / "profile"

    def seen(self, folder):
        """The same with one copy for all starts: what the first learns the second has in its cache, as the large one does."""
        if self.in_place:
            return self
        place = pathlib.Path(tempfile.mkdtemp(prefix="seen-", dir=folder))
        return Kith(self.name, self.programs, (*self._copy(place), self.home[2]), in_place=True)

    @contextlib.contextmanager
    def ready(self, folder):
        server, profile = self._place(folder)
        facts = self.home[2]
        server.start()
        try:
            writer = kith.Writer(server.port, facts["conversation"], facts["token"])
            process.wait_quiet([server.pid])
            yield [self.programs["kith"], "--profile", profile], [server.pid], writer.post, lambda seconds: True
            writer.close()
        finally:
            server.stop()
