"""What the catalogue holds for one reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from connector.core.states import State
from connector.web.frame.words import Text

YOU, WAITING, US, NOT_MEANT = State.NEEDS_YOU, State.WAITING, State.NEEDS_US, State.NOT_MEANT
NOTICE = None
"""Beside an order or a connection; it moves no order into another state."""

OF_FIELD = "field"
"""The anchor of the group in which the setting named by the fact `field` stands."""


@dataclass(frozen=True)
class Reason:
    """Why something stopped, in four beats: effect, cause, mend, and (by the state) what happens then.

    `cause` and `fix` are sentences; one whose facts are unknown is left out. `page` is the URL name where it is
    mended, `anchor` the place on it. `goes_on`: after the mend the order is transferred by itself. `is_of_original`: of
    a credit note, the page is that of the order that it credits.
    """

    code: str
    state: State | None
    title: Text
    cause: Sequence[Text]
    fix: Sequence[Text]
    page: str
    anchor: str = ""
    goes_on: bool = True
    is_of_original: bool = False
