"""Looks at one page as several people would: by axe, in both themes and two widths, and with the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

DESKTOP, PHONE = 1280, 360
HEIGHT = 900

Photo = Callable[[Page, str], None]

LOOKS = (Path(__file__).parent / "looks.js").read_text()
WIDTHS = (DESKTOP, PHONE)
BETWEEN = (320, 480, 600, 768, 1024)
"""The narrowest that everything must work at, and the widths round which the layout changes."""

THEMES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
"""What axe is asked in each theme: another theme changes the colours and nothing else."""

EVERYTHING = THEMES["light"]

SPARE_PRESSES = 20
"""A field for date and time takes several presses of Tab, and a page may begin in its middle."""


class View(NamedTuple):
    """In which theme, and how many pixels wide."""

    theme: str
    width: int


def view(place: int, visit: int) -> View:
    """How page number `place` is shown at a visit.

    Two visits on end see both themes and both widths, and of four neighbours each is paired in its own way.
    """
    themes = tuple(THEMES)
    return View(themes[(place + visit) % len(themes)], WIDTHS[(place // 2 + visit) % len(WIDTHS)])


class Inspector:
    """Collects everything that is wrong with the pages it is shown, so that one run tells all of it."""

    def __init__(self, photo: Photo) -> None:
        self.photo = photo
        self.wrong: list[str] = []

    def look(self, page: Page, name: str) -> None:
        """Look at the open page in every way; `name` is what complaints and pictures are called by."""
        page.evaluate(Axe().axe_script)
        page.evaluate(LOOKS)
        # Colours fade into one another for a moment, and axe would measure them half-way.
        page.emulate_media(reduced_motion="reduce")
        for width in (*BETWEEN, *WIDTHS):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            self._note(name, f"{width} px", page.evaluate("looks.cut()"))
            if width in WIDTHS:
                self._look_at_themes(page, name, width)
        page.set_viewport_size({"width": DESKTOP, "height": HEIGHT})
        page.emulate_media(color_scheme="light")
        self._note(name, "keyboard", _keyboard(page))

    def glance(self, page: Page, name: str, axe: View | None) -> None:
        """Look at what another language changes: what is cut, and what axe finds in one view of the page, if any."""
        page.evaluate(Axe().axe_script)
        page.evaluate(LOOKS)
        # Colours fade into one another for a moment, and axe would measure them half-way.
        page.emulate_media(reduced_motion="reduce", color_scheme="light")
        for width in (*WIDTHS, min(BETWEEN)):
            page.set_viewport_size({"width": width, "height": HEIGHT})
            self._note(name, f"{width} px", page.evaluate("looks.cut()"))
            if width in WIDTHS:
                self.photo(page, f"{name}-{width}")
            if axe and width == axe.width:
                page.emulate_media(color_scheme=axe.theme)  # type: ignore[arg-type]
                found = page.evaluate("asked => looks.axeFinds(asked)", EVERYTHING)
                self._note(name, f"{width} px, {axe.theme}", found)
                page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": DESKTOP, "height": HEIGHT})

    def _look_at_themes(self, page: Page, name: str, width: int) -> None:
        for theme, asked in THEMES.items():
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            self._note(name, f"{width} px, {theme}", page.evaluate("asked => looks.axeFinds(asked)", asked))
            self.photo(page, f"{name}-{width}-{theme}")

    def _note(self, name: str, how: str, found: list[str]) -> None:
        self.wrong += [f"{name}, {how}: {what}" for what in found]


def _keyboard(page: Page) -> list[str]:
    """Walk with Tab until every control had its turn; what was not reached, or was not seen to be focused."""
    presses = page.evaluate("looks.expectControls()") + SPARE_PRESSES
    wrong: list[str] = []
    left = 1
    while left and presses:
        page.keyboard.press("Tab")
        seen = page.evaluate("looks.step()")
        left, presses = seen["left"], presses - 1
        wrong += [seen["complaint"]] if seen["complaint"] else []
    return wrong + list(page.evaluate("looks.summary()"))
