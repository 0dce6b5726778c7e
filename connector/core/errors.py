"""Why a job stopped, sorted by who must act. The retry policy is a function of the class alone."""

from __future__ import annotations

from collections.abc import Mapping


class Stop(Exception):
    """Something keeps a job from going on. `code` names a reason of the catalogue, `facts` fill its texts."""

    code = "unexpected"

    def __init__(self, code: str | None = None, /, **facts: str) -> None:
        self.code = code or type(self).code
        self.facts: Mapping[str, str] = facts
        super().__init__(f"{self.code} {dict(facts)}" if facts else self.code)


class Temporary(Stop):
    """Nothing was written; the same again later. `retry_after` is in seconds, None where nobody said."""

    code = "provider-down"

    def __init__(self, code: str | None = None, /, *, retry_after: float | None = None, **facts: str) -> None:
        super().__init__(code, **facts)
        self.retry_after = retry_after


class OutcomeUnknown(Stop):
    """A write was sent and its answer lost: look first, never send again blindly."""

    code = "outcome-unknown"


class NeedsSetup(Stop):
    """The tenant has something to choose or mend."""


class Rejected(Stop):
    """The other system refused. A known code of theirs carries its reason; `unexpected` is ours to look at."""


class Unsupported(Stop):
    """We refuse: the provider cannot express this document."""
