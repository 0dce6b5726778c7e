"""What readers thought of an article. No tenant's: articles are the same for everybody."""

from __future__ import annotations

from django.db import models


class Vote(models.Model):
    """One reader's answer to "Was this article useful?"; the last one counts.

    `voter` is a hash of the signed-in user or the browser's session: enough to count a reader once, and no more.
    """

    article = models.CharField(max_length=60)
    voter = models.CharField(max_length=64)
    is_useful = models.BooleanField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "voter"], name="one_vote_per_reader")]

    def __str__(self) -> str:
        return f"{self.article}: {self.is_useful}"
