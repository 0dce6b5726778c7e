"""Reading a page's words out of its HTML."""

from __future__ import annotations

import re


def joined(html: str) -> str:
    """The HTML with the names that are kept on one line as plain words again."""
    return re.sub(r'<span class="nowrap">([^<]*)</span>', r"\1", html)
