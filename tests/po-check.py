#!/usr/bin/env python3
"""po-check.py ROOT - whether the translations are complete and sound.

The strings come from the sources (xgettext runs here), so that a translation cannot fall behind in silence:
- po/POTFILES.in names every file that has strings for people;
- each language of po/LINGUAS passes msgfmt --check (forms of plurals, %-formats, keyboard accelerators as its own test says),
  has every string, none of them fuzzy, none that the sources have lost;
- {a}, {b}, {t}, strftime's letters, the space around a string and its mnemonic are kept;
- no words reach a label, a tooltip, an accessible name or a property of a template unmarked."""
import pathlib
import re
import subprocess
import sys
import tempfile

KEYWORDS = ["_", "N_", "C_:1c,2", "NC_:1c,2", "Q_", "g_dngettext:2,3", "g_dpgettext2:2c,3"]
MARKED = re.compile(r"\b(?:_|N_|C_|NC_|Q_|ngettext|g_dngettext) ?\(\s*\"|translatable=\"yes\"")
SHOWN = re.compile(r"\b(?:kith_label_new|kith_text_new|gtk_label_new|gtk_label_set_text|gtk_label_set_label|kith_set_name|atk_object_set_name"
                   r"|gtk_widget_set_tooltip_text|gtk_button_new_with_label|gtk_button_new_with_mnemonic|gtk_button_set_label"
                   r"|gtk_entry_set_placeholder_text|gtk_window_set_title|gtk_dialog_add_button|new_label|kith_main_window_toast"
                   r"|hdy_header_bar_set_title|gtk_menu_item_new_with_label|kith_form_new|kith_ask) \(")
WORDS = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")
SAMPLES = {"A", "Kith"}  # the two sizes of text of the preferences: a letter, no word; our name
CLASSES = re.compile(r"[a-z0-9 -]*\Z")  # style classes, icon names, signals, actions: no text for people begins small with a class's letters only
TEXTS = {"label", "title", "tooltip-text", "placeholder-text", "subtitle", "accessible-name", "AtkObject::accessible-name"}
EXAMPLES = {"K7QM-3XZA", "kith://…", "Kith"}  # a code, the beginning of a link, our name
KEPT = re.compile(r"\{[abt]\}|%-?[A-Za-z]")


def unescape(text):
    return "".join(WORDS.findall(text)).replace('\\"', '"').replace("\\n", "\n")


def entries(text):
    """{(context, id): ([translations of the id or its plural forms], plural or None, flags)} of a .po file."""
    found = {}
    for block in re.split(r"\n\s*\n", text):
        fields = {key: unescape(value) for key, value in
                  re.findall(r"^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) ((?:\".*\"\s*\n?)+)", block, re.M)}
        if fields.get("msgid"):
            strings = [value for key, value in sorted(fields.items()) if key.startswith("msgstr")]
            flags = " ".join(re.findall(r"^#,(.*)", block, re.M))
            found[fields.get("msgctxt", ""), fields["msgid"]] = strings, fields.get("msgid_plural"), flags
    return found


def template(root, files):
    command = ["xgettext", "--from-code=UTF-8", "--output=-", "--add-location=never"] + ["--keyword=" + word for word in KEYWORDS]
    text = subprocess.run(command + files, cwd=root, capture_output=True, text=True, check=True).stdout
    return entries(text)


def with_strings(root):
    sources = sorted(root.glob("client-gtk/**/*.c")) + sorted(root.glob("resources/ui/*.ui"))
    found = {str(path.relative_to(root)) for path in sources if MARKED.search(path.read_text())}
    return found | {"resources/org.kith.Kith.desktop", "resources/org.kith.Kith.metainfo.xml"}


def check_list(root, listed):
    wanted = with_strings(root)
    yield from (f"po/POTFILES.in: add {path}" for path in sorted(wanted - set(listed)))
    yield from (f"po/POTFILES.in: remove {path}, it is gone or has no strings" for path in sorted(set(listed) - wanted))


def check_string(key, plural, strings):
    """What a translation has to keep of its original. Forms of plurals for one number only may leave it out."""
    for place, text in enumerate(strings):
        original = plural if plural is not None and place == len(strings) - 1 else key
        if re.match(r"\s*", text)[0] != re.match(r"\s*", original)[0] or re.search(r"\s*\Z", text)[0] != re.search(r"\s*\Z", original)[0]:
            yield "another space at the beginning or the end"
        if bool(re.search(r"_\w", text)) != bool(re.search(r"(?<!\w)_\w|\w_\w", original)):
            yield "a mnemonic too many or too few"
        if plural is not None and place < len(strings) - 1:
            continue
        if sorted(KEPT.findall(text.replace("%%", ""))) != sorted(KEPT.findall(original.replace("%%", ""))):
            yield "another set of {a}, {b}, {t} or %-letters"


def check_language(root, language, wanted):
    path = root / "po" / f"{language}.po"
    checked = subprocess.run(["msgfmt", "--check", "--output-file=/dev/null", path], capture_output=True, text=True)
    if checked.returncode != 0:
        yield checked.stderr.strip()
    have = entries(path.read_text())
    for key in wanted:
        strings, plural, flags = have.get(key, ([], None, ""))
        if not strings or not all(strings):
            yield f"po/{language}.po: not translated: {key[1]!r}"
        elif "fuzzy" in flags:
            yield f"po/{language}.po: fuzzy: {key[1]!r}"
        yield from (f"po/{language}.po: {problem}: {key[1]!r}" for problem in check_string(key[1], plural, strings))
    yield from (f"po/{language}.po: not in the sources any more: {key[1]!r}" for key in have.keys() - wanted.keys())


def call_at(text, start):
    """The arguments of the call whose parenthesis is just before start."""
    depth = 1
    for end in range(start, len(text)):
        depth += (text[end] == "(") - (text[end] == ")")
        if depth == 0:
            return text[start:end]
    return text[start:]


def check_marks(root):
    for path in sorted(root.glob("client-gtk/widgets/*.c")):
        text = path.read_text()
        for call in SHOWN.finditer(text):
            arguments = re.sub(r"\b(?:_|N_|C_|NC_|Q_) ?\((?:\s*\"(?:[^\"\\]|\\.)*\",?)+\s*\)", "", call_at(text, call.end()))
            arguments = re.sub(r"\b(?:g_dngettext|ngettext|g_strdup_printf) ?\(.*", "", arguments, flags=re.S)
            for words in WORDS.findall(arguments):
                if re.search(r"[^\W\d_]", words) and not CLASSES.match(words) and words not in SAMPLES and not re.fullmatch(r"[a-z-]+\.[a-z-]+", words):
                    yield f"{path.relative_to(root)}:{text.count(chr(10), 0, call.start()) + 1}: not marked for translation: {words!r}"
    for path in sorted(root.glob("resources/ui/*.ui")):
        for name, attributes, words in re.findall(r"<property name=\"([^\"]+)\"([^>]*)>([^<]*)</property>", path.read_text()):
            if name in TEXTS and "translatable" not in attributes and re.search(r"[^\W\d_]", words) and words not in EXAMPLES:
                yield f"{path.relative_to(root)}: {name} is not translatable: {words!r}"


def main():
    root = pathlib.Path(sys.argv[1]).resolve()
    listed = [line for line in (root / "po/POTFILES.in").read_text().split("\n") if line and not line.startswith("#")]
    wanted = template(root, sorted(with_strings(root)))
    problems = list(check_list(root, listed)) + list(check_marks(root))
    for language in (root / "po/LINGUAS").read_text().split():
        problems += check_language(root, language, wanted)
    for problem in problems:
        print(problem)
    print(f"{len(wanted)} strings, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
