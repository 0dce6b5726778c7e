"""Judging one shop: what is new there that somebody must be told, and whether at once or in the morning.

The orders, tries and connections are the truth. What is judged and the mails that follow are committed together, so a
worker that dies leaves either both or neither, and whoever looks next goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Max, QuerySet

from accounting.models import Connection
from connector.core.plan import COPENHAGEN
from connector.core.states import State
from connector.notices import outbox
from connector.notices.models import AT_ONCE, Kind, Mail, Trouble, Watch
from connector.notices.readers import readers
from connector.sync import holds, silence
from connector.sync.models import Integration, SyncAttempt, SyncJob
from connector.tenancy.models import User
from connector.tenancy.scope import scope

MORNING, EVENING = time(8), time(20)
"""In Copenhagen. The morning's mail is sent until the evening, should nobody have been there at eight."""
LOOKS_EVERY = timedelta(hours=1)
WEEK = timedelta(days=7)
REMINDERS = (timedelta(), timedelta(days=1), timedelta(days=3))
"""How long after it was lost a connection is told of. After the last one support is told, too."""
OF_THE_CONNECTION = (*sorted(holds.LOST), "shop-key-refused", holds.DISCONNECTED)
"""Stops that are told as a lost connection."""
KEY_REFUSED = "shop-key-refused"


def look(tenant_id: int, shop_id: int, now: datetime) -> None:
    """Judge a shop and put what is to be told into the outbox; nothing while another worker does."""
    with scope(tenant_id):
        tie = Integration.objects.filter(shop_id=shop_id, is_active=True).select_related("shop", "connection").first()
        if tie is None:
            return
        first = {"tenant_id": tenant_id, "next_look_at": now, "digest_day": now.astimezone(COPENHAGEN).date()}
        Watch.objects.get_or_create(shop_id=shop_id, defaults=first)
        watch = Watch.objects.select_for_update(skip_locked=True).filter(shop_id=shop_id).first()
        if watch:
            _Look(tie, watch, now).judge()


@dataclass(frozen=True)
class _Look:
    """One look at one shop, in its scope, with its watch held."""

    tie: Integration
    watch: Watch
    now: datetime

    def judge(self) -> None:
        self._connections()
        newest = SyncAttempt.objects.filter(shop=self.tie.shop).aggregate(newest=Max("pk"))["newest"] or 0
        self._stops(newest)
        self._morning(newest)
        self._silence()
        self.watch.next_look_at = min(self.now + LOOKS_EVERY, _next_morning(self.now))
        self.watch.save()

    # --- connections --------------------------------------------------------------------------------------------------
    def _connections(self) -> None:
        books, shop = self.tie.connection, self.tie.shop
        is_lost = books.status == Connection.Status.REVOKED
        self._connection(Trouble.What.BOOKS, is_lost, f"books:{books.pk}")
        self._connection(Trouble.What.SHOP, shop.is_connected and shop.trouble == KEY_REFUSED, f"shop:{shop.pk}")

    def _connection(self, what: Trouble.What, is_lost: bool, name: str) -> None:
        trouble = self._trouble(what, self.now if is_lost else None)
        if trouble is None:
            return
        due = sum(self.now >= trouble.since + after for after in REMINDERS)
        if due <= trouble.told:
            return
        # After a downtime only the last one is said. A second loss on the same day is not told again.
        event = f"{name}:{due}:{_day(trouble.since)}"
        for user in readers(self.tie.shop, Kind.LOST):
            outbox.put(self.tie.shop, user, Kind.LOST, event, self.now, facts={"what": what.value})
        if due == len(REMINDERS):
            outbox.put(self.tie.shop, None, Kind.SUPPORT, event, self.now, facts={"what": what.value})
        Trouble.objects.filter(pk=trouble.pk).update(told=due)

    def _trouble(self, what: Trouble.What, since: datetime | None) -> Trouble | None:
        """The trouble's row: made when it begins, gone when it is over."""
        rows = Trouble.objects.filter(shop=self.tie.shop, what=what)
        if since is None:
            rows.delete()
            return None
        known = {"tenant_id": self.tie.tenant_id, "shop": self.tie.shop, "what": what, "since": since}
        return rows.first() or Trouble.objects.create(**known)

    # --- orders -------------------------------------------------------------------------------------------------------
    def _stops(self, newest: int) -> None:
        """The first stop in a week is told at once."""
        new = self._stopped(self.watch.seen_attempt).exists()
        self.watch.seen_attempt = newest
        if not new:
            return
        last, self.watch.stopped_at = self.watch.stopped_at, self.now
        if last is None or last < self.now - WEEK:
            for user in readers(self.tie.shop, Kind.STOP):
                self._at_once(user, Kind.STOP, str(_day(self.now)), newest)

    def _morning(self, newest: int) -> None:
        """The morning's mail, for whoever has not been told of something that stands still."""
        local = self.now.astimezone(COPENHAGEN)
        if local.time() < MORNING or self.watch.digest_day == local.date():
            return
        self.watch.digest_day = local.date()
        if local.time() >= EVENING:
            return
        for user in readers(self.tie.shop, Kind.DIGEST):
            if self._stopped(_told(self.tie.shop_id, user)).exists():
                event = f"{self.tie.shop_id}:{local.date()}"
                outbox.put(self.tie.shop, user, Kind.DIGEST, event, self.now, upto=newest)

    def _stopped(self, after: int) -> QuerySet[SyncJob]:
        """Orders that stopped since, and still need somebody."""
        jobs = SyncJob.objects.filter(shop=self.tie.shop, state=State.NEEDS_YOU).exclude(reason__in=OF_THE_CONNECTION)
        return jobs.filter(attempts__pk__gt=after, attempts__state=State.NEEDS_YOU)

    # --- the shop -----------------------------------------------------------------------------------------------------
    def _silence(self) -> None:
        """A silent shop is told at once, or when another mail of the day has had its turn."""
        found = silence.of_shop(self.tie.shop, self.now)
        if found:
            # One that ended and began anew between two looks is another one.
            Trouble.objects.filter(shop=self.tie.shop, what=Trouble.What.SILENT).exclude(since=found.since).delete()
        trouble = self._trouble(Trouble.What.SILENT, found.since if found else None)
        if found and trouble:
            facts = silence.facts(found)
            for user in readers(self.tie.shop, Kind.SILENT):
                self._at_once(user, Kind.SILENT, str(int(trouble.since.timestamp())), facts=facts)

    def _at_once(self, user: User, kind: Kind, what: str, upto: int = 0, **more: object) -> None:
        """At most one such mail a day: what it would have said is in the morning's mail, or said tomorrow."""
        midnight = datetime.combine(_day(self.now), time(), COPENHAGEN)
        mails = Mail.objects.filter(shop=self.tie.shop, user=user, kind__in=AT_ONCE, made_at__gte=midnight)
        if not mails.exclude(status=Mail.Status.MOOT).exists():
            outbox.put(self.tie.shop, user, kind, f"{self.tie.shop_id}:{what}", self.now, upto=upto, **more)


def _told(shop_id: int, user: User) -> int:
    """The newest try that the reader was told of. What never reached them is told once more."""
    mails = Mail.objects.filter(shop_id=shop_id, user=user, kind__in=(Kind.DIGEST, Kind.STOP))
    reached = mails.filter(status__in=(Mail.Status.WAITING, Mail.Status.SENT))
    return reached.aggregate(newest=Max("upto"))["newest"] or 0


def _day(moment: datetime) -> date:
    return moment.astimezone(COPENHAGEN).date()


def _next_morning(now: datetime) -> datetime:
    mornings = (datetime.combine(_day(now) + timedelta(days=ahead), MORNING, COPENHAGEN) for ahead in range(2))
    return next(morning for morning in mornings if morning > now)
