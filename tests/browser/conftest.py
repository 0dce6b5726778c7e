"""One product and one Chromium for all browser tests, and a new browser window without memories for each."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import running
from tests.browser.inspector import DESKTOP, HEIGHT, Inspector, Photo
from tests.browser.running import Product

OPTIONS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
USUAL = "/usr/bin/chromium"
SPARE = 16
"""How many owners of empty businesses the tests need together."""

PATIENCE = 15_000.0
"""Milliseconds for one click or one look."""

LAST_WORDS = 40
"""Lines of each process that are shown with a failed test."""

Window = Callable[..., BrowserContext]


# Of the package, not of the session: while Playwright's loop turns, Django refuses its database to this thread.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's own Chromium, driven by Playwright."""
    path = os.environ.get("CHROMIUM", USUAL)
    if not Path(path).exists():
        pytest.skip(f"SKIPPED LOUDLY: no Chromium at {path}, so no browser test ran (Debian: apt install chromium)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def product(chromium: Browser) -> Iterator[Product]:
    """Everything running; not started at all where there is no browser."""
    with running.product(SPARE) as started:
        yield started


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """To a failure belong the last words of the processes: a page only says that something went wrong."""
    report: pytest.TestReport = yield  # type: ignore[misc,assignment]
    started = getattr(item, "funcargs", {}).get("product")
    if report.failed and isinstance(started, Product) and started.stack.run.logs.exists():
        for process in (started.stack.web, started.stack.worker):
            report.sections.append((process.command.name, process.last_words(LAST_WORDS)))
    return report  # type: ignore[return-value]


def watch(context: BrowserContext, broken: list[str]) -> None:
    """Note what the window's pages break of their policy, and what their scripts throw."""
    context.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
    context.on("weberror", lambda error: broken.append(str(error.error)))


@pytest.fixture
def window(chromium: Browser) -> Iterator[Window]:
    """Opens Danish windows, which share nothing; what a page broke of its policy or its script fails the test."""
    opened: list[BrowserContext] = []
    broken: list[str] = []

    def open_one(*, script: bool = True) -> BrowserContext:
        context = chromium.new_context(
            locale="da-DK", viewport={"width": DESKTOP, "height": HEIGHT}, java_script_enabled=script
        )
        context.set_default_timeout(PATIENCE)
        watch(context, broken)
        opened.append(context)
        return context

    yield open_one
    for context in opened:
        context.close()
    assert broken == []


@pytest.fixture(scope="package")
def photo() -> Photo:
    """Keeps a picture of a whole page, where the run was told a folder for pictures."""
    folder = os.environ.get("SCREENSHOTS")

    def take(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return take


@pytest.fixture
def inspector(photo: Photo) -> Iterator[Inspector]:
    """Whatever is wrong with the pages that it was shown fails the test, all at once."""
    looking = Inspector(photo)
    yield looking
    assert not looking.wrong, "\n".join(looking.wrong)
