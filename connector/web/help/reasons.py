"""A page per reason of the catalogue: what happened, why, what to do, who acts, each with an example."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from connector.core.states import State
from connector.web.frame.catalogue import CATALOGUE
from connector.web.frame.reasons import Explanation
from connector.web.frame.words import EXPLAINED, Text
from connector.web.help.about import about
from connector.web.help.library import ARTICLES, OF_REASON
from connector.web.help.samples import example

ORDER: Sequence[State | None] = (State.NEEDS_YOU, State.WAITING, State.NEEDS_US, State.NOT_MEANT, None)
WHO_ACTS: Mapping[State | None, Text] = {
    State.NEEDS_YOU: gettext_lazy("You do, or your bookkeeper; the order is stored and waits."),
    State.WAITING: gettext_lazy("Nobody: we try again ourselves, and nothing is lost."),
    State.NEEDS_US: gettext_lazy("We do. You need not do anything."),
    State.NOT_MEANT: gettext_lazy("Nobody, unless you want it otherwise: this is what the settings say."),
    None: gettext_lazy("Nobody has to: it is a notice, and orders go on."),
}
HEADINGS: Mapping[State | None, Text] = {
    State.NEEDS_YOU: gettext_lazy("What needs you"),
    State.WAITING: gettext_lazy("What waits by itself"),
    State.NEEDS_US: gettext_lazy("What needs us"),
    State.NOT_MEANT: gettext_lazy("What is not meant to go"),
    None: gettext_lazy("Notices"),
}


@dataclass(frozen=True)
class Group:
    """The reasons that the same people act on."""

    title: Text
    reasons: Sequence[Explanation]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All reasons, those that somebody has to act on first."""
    groups = [Group(HEADINGS[state], _of(state)) for state in ORDER]
    return render(request, "help/reasons.html", {"groups": groups, "about": about(request)})


def _of(state: State | None) -> Sequence[Explanation]:
    return [example(reason.code) for reason in CATALOGUE.values() if reason.state is state]


@require_safe
def page(request: HttpRequest, code: str) -> HttpResponse:
    """One reason; an unknown code is no page."""
    if code not in CATALOGUE:
        raise Http404
    state = CATALOGUE[code].state
    values = {
        "told": example(code),
        "state": state.value if state else "",
        "meaning": EXPLAINED[state] if state else _("A notice beside the order or the connection."),
        "who": WHO_ACTS[state],
        "article": ARTICLES[OF_REASON.get(code, "when-an-order-stops")],
        "about": about(request),
    }
    return render(request, "help/reason.html", values)
