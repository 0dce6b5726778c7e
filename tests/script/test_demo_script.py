"""script/demo and script/sandbox as a person and another program use them, with a product of a few lines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from script.lib import ports
from tests.script.launched import is_empty_soon, started

pytestmark = [pytest.mark.engine, pytest.mark.enable_socket]


def told(address: str) -> dict[str, Any]:
    """What the fake product says of itself."""
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.load(answer)


def test_a_second_start_keeps_data_and_addresses_and_fresh_begins_anew(clone: Path) -> None:
    with started(clone, "demo") as demo:
        first = demo.ready["address"]
        assert told(first)["migrated"] == 1
        assert demo.end(signal.SIGINT) == 130
        assert is_empty_soon(clone)
    with started(clone, "demo") as demo:
        assert demo.ready["address"] == first
        assert told(first)["migrated"] == 2
    with started(clone, "demo", "--fresh") as demo:
        assert told(demo.ready["address"])["migrated"] == 1
    assert is_empty_soon(clone)


def test_term_and_kill_leave_no_process_and_the_next_start_goes_on(clone: Path) -> None:
    with started(clone, "demo") as demo:
        assert demo.end(signal.SIGTERM) == 0
        assert is_empty_soon(clone)
    with started(clone, "demo") as demo:
        demo.end(signal.SIGKILL)
        assert is_empty_soon(clone)
    with started(clone, "demo") as demo:
        assert told(demo.ready["address"])["migrated"] == 3


def test_what_dies_is_started_again(clone: Path) -> None:
    with started(clone, "demo") as demo:
        address = demo.ready["address"]
        dead = told(address)["web"]
        os.killpg(dead, signal.SIGKILL)
        port = int(address.rpartition(":")[2])
        assert ports.wait_until(lambda: not ports.answers(port), lambda: True, 5)
        assert ports.wait_until(lambda: ports.answers(port), lambda: True, 20)
        assert told(address)["web"] != dead


def test_one_demo_a_clone_but_the_sandbox_beside_it(clone: Path) -> None:
    with started(clone, "demo") as demo, started(clone, "sandbox") as sandbox:
        assert sandbox.ready["control"] != demo.ready["sandbox"]["control"]
        second = subprocess.run([clone / "script" / "demo"], capture_output=True, text=True, timeout=60)
        assert second.returncode == 2
        assert demo.ready["address"] in second.stderr
        assert second.stdout == ""
    assert is_empty_soon(clone)


def test_an_address_already_set_wins_and_may_be_called(clone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECONOMIC_REST_URL", "http://127.0.0.1:19999/recorded")
    with started(clone, "demo") as demo:
        product = told(demo.ready["address"])
        own = demo.ready["sandbox"]["control"].split("/")[2]
    assert product["ECONOMIC_REST_URL"] == "http://127.0.0.1:19999/recorded"
    assert set(product["OUTBOUND_ALLOW"].split(",")) == {"127.0.0.1:19999", own}


@pytest.mark.parametrize("script", ["demo", "sandbox"])
def test_a_taken_port_is_one_sentence_and_two(clone: Path, script: str) -> None:
    option = {"demo": "--sandbox-port", "sandbox": "--port"}[script]
    with started(clone, "sandbox") as other:
        port = other.ready["control"].split("/")[2].rpartition(":")[2]
        refused = subprocess.run([clone / "script" / script, option, port], capture_output=True, text=True, timeout=60)
    assert refused.returncode == 2
    assert refused.stderr == f"Port {port}, asked for the sandbox, is taken by another program.\n"
