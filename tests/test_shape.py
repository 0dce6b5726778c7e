"""The house's rules that import-linter cannot see, read from the code; and proof that each rule finds its breach."""

from __future__ import annotations

import ast
from collections.abc import Sequence

import pytest

from accounting.registry import PROVIDERS
from connector.core.errors import OutcomeUnknown, Stop, Temporary
from connector.web.frame.reasons import CATALOGUE
from shops.registry import ADAPTERS
from tests import shape

pytestmark = pytest.mark.tools

LONGEST_MODULE, LONGEST_FUNCTION = 400, 45

WRITES_STATE = {
    "connector/sync/transitions.py": "every move of a job, fenced by the lane's epoch",
    "connector/sync/intake.py": "the one INSERT of a job that was just heard of",
}
CHANGES_THE_BOOKS = {
    "connector/sync/pipeline.py": "every call of a job, its intent committed before it",
    "connector/sync/creating.py": "items that somebody asked for, kept single by their numbers",
}
RAW_DATABASE = {
    "connector/tenancy/access.py": "asks by user, before there is a scope",
    "connector/tenancy/answers.py": "keeps what comes without a session, before there is a scope",
    "connector/tenancy/scope.py": "sets what row-level security reads",
    "connector/tenancy/ddl.py": "migrations: policies and grants",
    "connector/sync/clock.py": "the database's own time",
    "connector/sync/intake.py": "hearing of an order is one statement",
    "connector/sync/lookups.py": "what is due, asked without a tenant",
    "connector/staff/lookups.py": "support's questions across tenants, which the database answers to staff alone",
    "connector/notices/lookups.py": "what is to be told, asked without a tenant",
}
ENVIRONMENT = {
    "connector/settings.py": "the only reader",
    "connector/celery.py": "names the settings",
    "connector/wsgi.py": "names the settings",
}
ASKS_WITHOUT_A_TENANT = {
    "connector.sync.lookups": {
        "connector/sync/nightly.py",
        "connector/sync/retention.py",
        "connector/sync/sweep.py",
        "connector/web/hooks.py",
    },
    "connector.staff.lookups": {
        "connector/staff/looks.py",
        "connector/web/staff/found.py",
        "connector/web/staff/log.py",
        "connector/web/staff/queries.py",
        "connector/web/staff/us.py",
    },
    "connector.notices.lookups": {"connector/notices/loop.py"},
    "connector.tenancy.access": {
        "connector/web/accounts/two_step.py",
        "connector/web/api/views.py",
        "connector/web/context.py",
        "connector/web/frame/views.py",
        "connector/web/management/commands/demo_people.py",
        "connector/web/pages.py",
        "connector/web/people/clients.py",
        "connector/web/people/joining.py",
        "connector/web/setup/create.py",
        "connector/web/setup/handshakes.py",
    },
}
SECONDS = {"connector/core/states.py", "connector/core/facts.py"}
"""Spans of time are seconds with a fraction; amounts are never floats."""
CSRF_EXEMPT = {"connector/web/notices/signed.py", "connector/web/setup/coming_back.py"}
"""A mail program switches a mail off by itself, without cookies (RFC 8058); the signed address is the proof. A sign-in
page posts its answer from its own site; the state in it is the proof, and nothing comes of it before the browser brings
its cookies. Deliveries of shops are answered by a middleware before Django's own."""


def outside(found: dict[str, list[int]], allowed: Sequence[str] | dict[str, str] | set[str]) -> dict[str, list[int]]:
    return {name: lines for name, lines in found.items() if name not in allowed}


# --- the engine -------------------------------------------------------------------------------------------------------
def test_a_jobs_state_is_written_in_one_module():
    assert outside(shape.where(shape.state_writes, "connector/sync"), WRITES_STATE) == {}
    assert len(list(shape.state_writes(shape.nodes(shape.ROOT / "connector/sync/intake.py")))) == 1


def test_no_page_writes_a_state():
    # Pages show states in dicts of their own; none goes into a row.
    rows = ("update", "create", "update_or_create", "get_or_create", "bulk_create", "bulk_update", "save")
    for path in shape.modules("connector/web"):
        for node in shape.nodes(path):
            words = [word.arg for word in node.keywords] if isinstance(node, ast.Call) else []
            assert not (shape.called(node) in rows and "state" in words), shape.named(path)
            is_set = isinstance(node, ast.Attribute) and node.attr == "state" and isinstance(node.ctx, ast.Store)
            assert not is_set, shape.named(path)


def test_the_books_are_changed_by_jobs_and_items_are_made_on_request():
    assert set(shape.where(shape.provider_writes, *shape.PRODUCT)) == set(CHANGES_THE_BOOKS)


def test_the_core_knows_no_floats():
    assert outside(shape.where(shape.floats, "connector/core"), SECONDS) == {}


def test_payloads_and_parsers_know_no_floats():
    found = shape.where(shape.floats, "accounting/providers", "shops/adapters")
    assert {
        name: lines for name, lines in found.items() if name.endswith(("payload.py", "parse.py", "answers.py"))
    } == {}


# --- the database -------------------------------------------------------------------------------------------------
def test_only_named_modules_go_past_the_scoped_managers():
    assert set(shape.where(shape.raw_database, *shape.PRODUCT)) == set(RAW_DATABASE)


@pytest.mark.parametrize("module", ASKS_WITHOUT_A_TENANT)
def test_only_named_modules_ask_without_a_tenant(module):
    assert set(shape.where(shape.imports_of(module), *shape.PRODUCT)) == ASKS_WITHOUT_A_TENANT[module]


def test_functions_that_see_every_tenant_are_called_from_the_look_ups_alone():
    callers = {
        shape.named(path)
        for path in shape.modules(*shape.PRODUCT)
        if any("FROM connector_" in said or "SELECT connector_" in said for said in shape.strings(shape.nodes(path)))
    }
    assert callers == {
        "connector/sync/lookups.py",
        "connector/staff/lookups.py",
        "connector/notices/lookups.py",
        "connector/tenancy/access.py",
        "connector/tenancy/answers.py",
    }


# --- the edges --------------------------------------------------------------------------------------------------------
def test_the_environment_is_read_in_the_settings_alone():
    assert set(shape.where(shape.environment, *shape.PRODUCT)) == set(ENVIRONMENT)


def test_no_view_is_exempt_from_csrf_but_the_listed():
    assert set(shape.where(shape.named_anywhere("csrf_exempt"), *shape.PRODUCT)) == CSRF_EXEMPT


REGISTERED = [
    *((name, "accounting/providers", ("client", "payload", "provider")) for name in PROVIDERS),
    *((kind.replace("-", "_"), "shops/adapters", ("client", "parse", "adapter")) for kind in ADAPTERS),
]


@pytest.mark.parametrize(("name", "folder", "files"), REGISTERED, ids=lambda value: str(value))
def test_every_registry_line_has_its_folder(name, folder, files):
    have = {path.stem for path in (shape.ROOT / folder / name).glob("*.py")}
    assert set(files) <= have


@pytest.mark.parametrize(
    ("registered", "base", "tests"),
    [(PROVIDERS, "ProviderContract", "tests/accounting"), (ADAPTERS, "ShopContract", "tests/shops")],
)
def test_every_registry_line_keeps_the_contract(registered, base, tests):
    found = shape.subclasses(base, tests)
    for name in registered:
        assert [module for module in found if module.startswith(f"test_{name.replace('-', '_')}")], name


@pytest.mark.parametrize(("registered", "folder"), [(PROVIDERS, "accounting/providers"), (ADAPTERS, "shops/adapters")])
def test_every_folder_is_registered(registered, folder):
    folders = {path.parent.name for path in (shape.ROOT / folder).glob("*/__init__.py")}
    assert folders == {name.replace("-", "_") for name in registered}


# --- reasons ----------------------------------------------------------------------------------------------------------
def test_every_reason_that_is_given_has_its_texts():
    made = {
        (code, shape.named(path))
        for path in shape.modules(*shape.PRODUCT)
        for _, code in shape.reason_codes(shape.nodes(path))
    }
    assert sorted((code, module) for code, module in made if code not in CATALOGUE) == []
    assert {"draft-differs", "not-triggered", "product-missing", "outcome-unknown", "choice-gone"} <= {
        c for c, _ in made
    }


@pytest.mark.parametrize("kind", [Stop, Temporary, OutcomeUnknown])
def test_a_stop_without_a_reason_has_one(kind):
    assert kind.code in CATALOGUE


# --- size -------------------------------------------------------------------------------------------------------------
def test_no_module_is_too_long():
    lengths = {shape.named(path): path.read_text().count("\n") for path in shape.modules(*shape.EVERYTHING)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_function_is_too_long():
    found = {
        shape.named(path): shape.long_functions(path, LONGEST_FUNCTION) for path in shape.modules(*shape.EVERYTHING)
    }
    assert {name: functions for name, functions in found.items() if functions} == {}


def test_nothing_is_left_for_later():
    assert shape.where(shape.unfinished, *shape.PRODUCT) == {}


# --- the rules themselves -------------------------------------------------------------------------------------------
BREACHES = [
    (shape.state_writes, "job.state = 'done'"),
    (shape.state_writes, "SyncJob.objects.filter(pk=1).update(state='done')"),
    (shape.state_writes, "SyncJob.objects.create(state='done')"),
    (shape.state_writes, "setattr(job, 'state', 'done')"),
    (shape.state_writes, "rows.update(**{'state': 'done'})"),
    (shape.state_writes, "SQL = \"UPDATE sync_syncjob SET state = 'done'\""),
    (shape.floats, "rate = 0.25"),
    (shape.floats, "amount = float(said)"),
    (shape.raw_database, "connection.cursor()"),
    (shape.raw_database, "Shop.objects.raw('SELECT 1')"),
    (shape.raw_database, "Shop._base_manager.all()"),
    (shape.raw_database, "with scopes_disabled(): pass"),
    (shape.environment, "import os\nos.environ['X']"),
    (shape.environment, "from os import environ"),
    (shape.environment, "import os\nos.getenv('X')"),
    (shape.imports_of("connector.sync.lookups"), "from connector.sync import clock, lookups"),
    (shape.imports_of("connector.sync.lookups"), "from connector.sync.lookups import due"),
    (shape.imports_of("connector.sync.lookups"), "import connector.sync.lookups"),
    (shape.named_anywhere("csrf_exempt"), "@csrf_exempt\ndef view(): ..."),
    (shape.named_anywhere("csrf_exempt"), "from django.views.decorators.csrf import csrf_exempt"),
    (shape.provider_writes, "self.provider.send(call, key)"),
    (shape.provider_writes, "provider.discard(draft)"),
    (shape.unfinished, "def later():\n    raise NotImplementedError"),
]


def test_a_long_function_is_found(tmp_path):
    inner = "\n".join(f"        line = {number}" for number in range(LONGEST_FUNCTION))
    (tmp_path / "long.py").write_text(f"class Long:\n    def method(self):\n{inner}\n")
    assert shape.long_functions(tmp_path / "long.py", LONGEST_FUNCTION) == [f"method: {LONGEST_FUNCTION + 1} lines"]


@pytest.mark.parametrize(("finder", "breach"), BREACHES, ids=[breach[:40] for _, breach in BREACHES])
def test_every_rule_finds_its_breach(finder, breach):
    assert list(finder(shape.nodes_of(breach)))


@pytest.mark.parametrize(
    ("finder", "fine"),
    [
        (shape.state_writes, "rows.filter(state='done').exclude(state='x'); Q(state='y'); old = job.state"),
        (shape.floats, "rate = Decimal('0.25'); kept: float | None = None"),
        (shape.raw_database, "Shop.objects.filter(pk=1); fetched.raw"),
        (shape.environment, "from django.conf import settings; settings.DEBUG"),
        (shape.imports_of("connector.sync.lookups"), "from connector.sync import clock"),
        (shape.provider_writes, "self.http.send('GET', '/'); provider.look(call)"),
    ],
)
def test_no_rule_minds_what_is_fine(finder, fine):
    assert list(finder(shape.nodes_of(fine))) == []


@pytest.mark.parametrize(
    ("said", "codes"),
    [
        ("raise NeedsSetup('sku-missing', name=line.name)", ["sku-missing"]),
        ("Rejected('a' if gone else 'b', order='1')", ["a", "b"]),
        ("Close(State.DONE, Detail.DRAFT, 'c', {'order': 'n'})", ["c"]),
        ("Close(State.DONE, reason='d', facts={'e': 'f'})", ["d"]),
        ("Wait(until, 'g')", ["g"]),
        ("Known('E1', '.*', 'h', 'source')", ["h"]),
        ("Temporary()", []),
        ("ValueError('no reason')", []),
    ],
)
def test_every_way_of_giving_a_reason_is_seen(said, codes):
    assert [code for _, code in shape.reason_codes(shape.nodes_of(said))] == codes
