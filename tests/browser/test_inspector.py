"""The inspector itself: it finds what is planted, so that its silence about a page means something."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Window, watch
from tests.browser.inspector import Inspector

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="da"><head><title>Side</title><style>
:root {{ color-scheme: light dark }}
:focus-visible {{ outline: 3px solid }}
a {{ color: inherit }}
{style}
</style></head><body><main><h1>Side</h1><p><a href="#a">En</a> <a href="#b">To</a></p>{content}</main></body></html>"""

DEFECTS = {
    '1280 px, light: color-contrast: <p id="pale"': '<p id="pale" style="color: #aaa; background: #fff">Bleg</p>',
    '1280 px, dark: color-contrast: <p id="dark">': '<p id="dark">Mørk</p>',
    "360 px, light: label": "<input>",
    "600 px: the page scrolls sideways": '<div style="width: 700px">Bred</div>',
    "360 px: cut: p": '<p style="overflow: hidden; white-space: nowrap">' + "Et langt ord " * 9 + "</p>",
    "360 px: broken: Ordreoverførsel": '<p style="width: 60px; overflow-wrap: anywhere">Ordreoverførsel</p>',
    "1280 px: spills: button": '<button style="width: 40px; padding: 0">Overførselsbekræftelse</button>',
    'keyboard: Tab never reaches button "Skjult"': '<button tabindex="-1">Skjult</button>',
    'keyboard: shows no focus: button "Mat"': '<button id="mat">Mat</button>',
    'keyboard: covered by div "Over": button "Under"': '<div id="under"><div>Over</div><button>Under</button></div>',
}
"""Complaint → the content that must bring it about."""

STYLE = """
@media (prefers-color-scheme: dark) { #dark { background: #111; color: #333 } }
#mat { outline: none }
#under { position: relative }
#under div { position: absolute; inset: 0 }
"""


def test_every_defect_is_found(window: Window) -> None:
    found = _inspected(window().new_page(), STYLE, "".join(DEFECTS.values()))
    missed = [complaint for complaint in DEFECTS if not any(complaint in wrong for wrong in found)]
    assert missed == [], found


def test_a_sound_page_is_left_in_peace(window: Window) -> None:
    content = '<label>Navn <input></label><label><input type="radio" name="r">A</label><button>Gem</button>'
    assert _inspected(window().new_page(), "", content) == []


def test_what_the_policy_forbids_is_noticed(chromium: Browser) -> None:
    broken: list[str] = []
    with chromium.new_context() as context:
        watch(context, broken)
        page = context.new_page()
        policy = {"Content-Security-Policy": "style-src 'self'", "Content-Type": "text/html"}
        page.route("**/*", lambda route: route.fulfill(body="<p style='color: red'>Rød</p>", headers=policy))
        page.goto("http://localhost/")
        with page.expect_event("pageerror"):
            page.evaluate("() => { setTimeout(() => { throw new Error('broken'); }); }")
    assert ["Content Security Policy" in broken[0], "broken" in broken[-1]] == [True, True]


def _inspected(page: Page, style: str, content: str) -> list[str]:
    page.set_content(PAGE.format(style=style, content=content))
    inspector = Inspector(lambda _page, _name: None)
    inspector.look(page, "planted")
    return inspector.wrong
