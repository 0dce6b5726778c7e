"""The translations' own tools: what they find, what they refuse, what they write."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from connector.web.texts import catalogues
from connector.web.texts.catalogues import Conflict
from connector.web.texts.marked import Marked, marked

pytestmark = pytest.mark.unit

HEADER = 'msgid ""\nmsgstr ""\n"Language: da\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
HELLO = 'msgid "Hello"\nmsgstr "Hej"\n\n'


def a_project(root: Path, code: str = "", template: str = "", **parts: str) -> Path:
    (root / "connector").mkdir()
    (root / "connector" / "a.py").write_text(code)
    (root / "templates").mkdir()
    (root / "templates" / "a.html").write_text(template)
    folder = root / "locale" / "da" / "parts"
    folder.mkdir(parents=True)
    for name, content in parts.items():
        (folder / f"{name}.po").write_text(HEADER + content)
    return root


DANISH, BOTH = ("da", "en"), ("da", "nb", "en")


def check(root: Path, languages: Sequence[str] = DANISH) -> int:
    """The command's exit code for a project in these languages."""
    offered = [(code, code) for code in languages]
    with override_settings(BASE_DIR=root, LOCALE_PATHS=[root / "locale"], LANGUAGES=offered):
        try:
            call_command("check_texts")
        except SystemExit as end:
            return int(end.code or 0)
    return 0


def test_finds_what_is_marked(tmp_path: Path) -> None:
    code = 'a = _("Hello")\nb = ngettext("%(n)d cat", "%(n)d cats", 2)\nc = pgettext_lazy("verb", "Book")\n'
    plural = "{% blocktranslate count n=n %}{{ n }} dog{% plural %}{{ n }} dogs{% endblocktranslate %}"
    template = '{% load i18n %}{% translate "Bye" %}' + plural
    found = list(marked(a_project(tmp_path, code, template)))
    assert found == [
        Marked("Hello", "", "", "connector/a.py:1"),
        Marked("%(n)d cat", "%(n)d cats", "", "connector/a.py:2"),
        Marked("Book", "", "verb", "connector/a.py:3"),
        Marked("Bye", "", "", "templates/a.html:1"),
        Marked("%(n)s dog", "%(n)s dogs", "", "templates/a.html:1"),
    ]


def test_a_complete_project_passes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(a_project(tmp_path, '_("Hello")', one=HELLO)) == 0
    assert "1 marked texts, 0 wrong" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("code", "part", "trouble"),
    [
        ('_("Hello")', "", "not translated"),
        ('_("Hello")', 'msgid "Hello"\nmsgstr ""\n', "not translated"),
        ('_("Hello")', '#, fuzzy\nmsgid "Hello"\nmsgstr "Hej"\n', "fuzzy"),
        ('pgettext("door", "Hello")', HELLO, "not translated"),
        ('ngettext("a", "b", 1)', 'msgid "a"\nmsgid_plural "b"\nmsgstr[0] "x"\nmsgstr[1] ""\n', "not translated"),
        ('_("Hi %(who)s")', 'msgid "Hi %(who)s"\nmsgstr "Hej %(hvem)s"\n', "other named fields"),
    ],
)
def test_a_text_without_its_translation_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], code: str, part: str, trouble: str
) -> None:
    assert check(a_project(tmp_path, code, one=part)) == 1
    assert f"da: connector/a.py:1: {trouble}" in capsys.readouterr().err


def in_norwegian(root: Path, **parts: str) -> None:
    folder = root / "locale" / "nb" / "parts"
    folder.mkdir(parents=True)
    for name, content in parts.items():
        (folder / f"{name}.po").write_text(HEADER.replace("Language: da", "Language: nb") + content)


@pytest.mark.parametrize(
    ("norwegian", "trouble"),
    [
        ('msgid "Hello"\nmsgstr "Hei"\n', ""),
        ("", "not translated"),
        ('msgid "Hello"\nmsgstr ""\n', "not translated"),
        ('#, fuzzy\nmsgid "Hello"\nmsgstr "Hei"\n', "fuzzy"),
    ],
    ids=["whole", "no text", "empty text", "fuzzy text"],
)
def test_every_language_has_every_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], norwegian: str, trouble: str
) -> None:
    root = a_project(tmp_path, '_("Hello")\n', one=HELLO)
    in_norwegian(root, one=norwegian)
    assert check(root, BOTH) == int(bool(trouble))
    assert (f"nb: connector/a.py:1: {trouble}: " in capsys.readouterr().err) is bool(trouble)


def test_a_language_without_any_texts_is_missed(tmp_path: Path) -> None:
    assert check(a_project(tmp_path, '_("Hello")\n', one=HELLO), BOTH) == 1


def test_a_text_inside_the_braces_of_another_is_found(tmp_path: Path) -> None:
    found = marked(a_project(tmp_path, """a = f"{x}: {_('Hello')} {ngettext('cat', 'cats', n)}"\n"""))
    assert [(text.text, text.plural) for text in found] == [("Hello", ""), ("cat", "cats")]


def test_a_mail_in_plain_text_is_read(tmp_path: Path) -> None:
    root = a_project(tmp_path)
    (root / "templates" / "mail.txt").write_text('{% load i18n %}{% translate "Hello" %}')
    assert [text.text for text in marked(root)] == ["Hello"]


def test_parts_are_merged_and_compiled(tmp_path: Path) -> None:
    locale = a_project(tmp_path, one=HELLO, two='msgid "Bye"\nmsgstr "Farvel"\n') / "locale"
    with override_settings(LOCALE_PATHS=[locale]):
        call_command("compile_texts")
        first = (locale / "da" / "LC_MESSAGES" / "django.po").read_text()
        assert first.index("Bye") < first.index("Hello")
        compiled = locale / "da" / "LC_MESSAGES" / "django.mo"
        written_at = compiled.stat().st_mtime_ns
        call_command("compile_texts")
    assert compiled.stat().st_mtime_ns == written_at, "what is the same is not written again"
    assert b"Farvel" in compiled.read_bytes()


def test_two_parts_that_disagree_are_refused(tmp_path: Path) -> None:
    locale = a_project(tmp_path, '_("Hello")', one=HELLO, two='msgid "Hello"\nmsgstr "Goddag"\n') / "locale"
    with pytest.raises(Conflict, match="Goddag"):
        catalogues.merged(locale, "da")
    with override_settings(LOCALE_PATHS=[locale]), pytest.raises(CommandError, match="Goddag"):
        call_command("compile_texts")
    assert check(tmp_path) == 1


def test_a_part_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    locale = a_project(tmp_path, one='msgid "Hello\n') / "locale"
    with pytest.raises(Conflict, match=r"one\.po"):
        catalogues.merged(locale, "da")
