"""A page as a person without JavaScript sees it: its text, its links, and its forms with what is filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from script.lib import html
from script.lib.html import Node

UNSENT = frozenset(["submit", "button", "image", "reset", "file"])
TICKED = frozenset(["checkbox", "radio"])


@dataclass(frozen=True)
class Form:
    """One form of a page."""

    node: Node

    @property
    def action(self) -> str:
        """Where it goes; "" is the page's own address."""
        return self.node.get("action")

    def action_of(self, part: str) -> str:
        """Where the button leads that has an address of its own with `part` in it. Raises LookupError."""
        for node in self.node.find("button", "input"):
            if part in node.get("formaction"):
                return node.get("formaction")
        raise LookupError(f"the form at {self.action!r} has no button to {part!r}")

    @property
    def method(self) -> str:
        """GET or POST."""
        return self.node.get("method", "get").upper()

    @property
    def names(self) -> set[str]:
        """The fields it has."""
        return {node.get("name") for node in self.node.find("input", "select", "textarea", "button")} - {""}

    def choices(self, name: str) -> dict[str, str]:
        """What a select field or a group of radio buttons offers: value → words."""
        found: dict[str, str] = {}
        for node in self.node.find("select", "input"):
            if node.get("name") == name and node.tag == "select":
                found |= {_option_value(option): option.text for option in node.find("option")}
            elif node.get("name") == name and node.get("type") == "radio":
                found[node.get("value", "on")] = self._label(node)
        return found

    def filled(self, values: Mapping[str, object], button: str | None = None) -> list[tuple[str, str]]:
        """What a browser sends with `values` put in: None or False unticks, a list gives several.

        `button` are words on the button that is pressed. Raises LookupError for a field or button it has not got.
        """
        unknown = values.keys() - self.names
        if unknown:
            raise LookupError(f"the form at {self.action!r} has no {sorted(unknown)}, only {sorted(self.names)}")
        kept = [(name, value) for name, value in self._standing() if name not in values]
        given = [(name, part) for name, value in values.items() for part in _parts(value)]
        return kept + given + (self._pressed(button) if button else [])

    def _standing(self) -> Iterator[tuple[str, str]]:
        """The fields as the page fills them in."""
        for node in self.node.find("input", "select", "textarea"):
            name = node.get("name")
            if not name or node.has("disabled"):
                continue
            for value in _standing_values(node):
                yield name, value

    def _pressed(self, words: str) -> list[tuple[str, str]]:
        for node in self.node.find("button", "input"):
            if words in (node.text, node.get("value"), node.get("name")):
                return [(node.get("name"), node.get("value"))] if node.get("name") else []
        raise LookupError(f"the form at {self.action!r} has no button {words!r}")

    def _label(self, node: Node) -> str:
        wanted = node.get("id")
        for label in self.node.find("label"):
            if node in list(label.find("input")) or (wanted and label.get("for") == wanted):
                return label.text
        return ""


def _standing_values(node: Node) -> list[str]:
    if node.tag == "textarea":
        return ["".join(child for child in node.children if isinstance(child, str)).removeprefix("\n")]
    if node.tag == "select":
        return _selected(node)
    kind = node.get("type", "text")
    if kind in UNSENT or (kind in TICKED and not node.has("checked")):
        return []
    return [node.get("value", "on" if kind in TICKED else "")]


def _selected(node: Node) -> list[str]:
    options = list(node.find("option"))
    chosen = [option for option in options if option.has("selected")]
    if not chosen and not node.has("multiple"):
        chosen = options[:1]
    return [_option_value(option) for option in chosen]


def _option_value(option: Node) -> str:
    return option.get("value", option.text)


def _parts(value: object) -> list[str]:
    if value is None or value is False:
        return []
    if isinstance(value, list | tuple):
        return [str(part) for part in value]
    return ["on" if value is True else str(value)]


class Page:
    """One answer of the product or of a sign-in page; `url` is where the redirects led."""

    def __init__(self, url: str, status: int, text: str) -> None:
        self.url, self.status = url, status
        self.root = html.parse(text)

    @property
    def text(self) -> str:
        """All its words, one space between them."""
        return self.root.text

    def forms(self) -> list[Form]:
        """Its forms in their order."""
        return [Form(node) for node in self.root.find("form")]

    def form(self, action: str = "", *, having: str | None = None, button: str | None = None) -> Form:
        """The first form with `action` in its address, the field `having` and the `button`. Raises LookupError."""
        for form in self.forms():
            words = {node.text or node.get("value") for node in form.node.find("button", "input")}
            if action in form.action and (having is None or having in form.names) and (not button or button in words):
                return form
        known = [(form.action, sorted(form.names)) for form in self.forms()]
        raise LookupError(f"no form {action!r} {having or ''} {button or ''} on {self}, only {known}")

    def link(self, words: str = "", *, to: str = "") -> str:
        """The address of the first link with these words that leads to an address with `to` in it. LookupError."""
        for node in self.root.find("a"):
            if words in node.text and to in node.get("href"):
                return node.get("href")
        raise LookupError(f"no link {words!r} {to!r} on {self}")

    def has_link(self, to: str) -> bool:
        """Whether some link leads to an address with `to` in it."""
        return any(to in node.get("href") for node in self.root.find("a"))

    def __str__(self) -> str:
        # What is around the content is the same on every page and says nothing.
        words = next((node.text for node in self.root.find("main")), self.text)
        return f"{self.url} ({self.status}: {words[:400]})"
