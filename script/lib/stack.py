"""Everything together: database, Redis, sandbox, pages and worker."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from script.lib import ports, product, services
from script.lib.keys import Keys
from script.lib.run import Run
from script.lib.stand_ins import StandIns

NOTHING: Mapping[str, str] = MappingProxyType({})


class Stack:
    """The whole product, running against the sandbox."""

    def __init__(self, run: Run, web_port: int, sandbox_port: int, settings: Mapping[str, str] = NOTHING) -> None:
        """Start it; `settings` are extra ones, which a value already in the environment beats."""
        self.run, self.web_port = run, web_port
        self.public_url = f"http://localhost:{web_port}"
        keys = Keys(run.folder)
        services.start(run, keys)
        self.stand_ins = StandIns(run, sandbox_port)
        run.set(settings)
        run.set(product.own_settings(keys, self.public_url))
        run.set(product.outside_settings(self.sandbox, run.environment))
        run.set(product.mail_settings(self.sandbox))
        self._prepare()
        self.web = run.start_and_wait(product.web(web_port), self._answers)
        self.worker = run.start(product.worker())

    @property
    def sandbox(self) -> dict[str, Any]:
        """The addresses that the sandbox printed."""
        return self.stand_ins.addresses

    def _prepare(self) -> None:
        self.run.finish(product.migrate())
        if product.has_command("compile_texts"):
            self.run.finish(product.manage("compile_texts"))

    def _answers(self) -> bool:
        """Whether the pages answer at all; which page and with what is not asked here."""
        if not ports.answers(self.web_port):
            return False
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            opener.open(f"http://127.0.0.1:{self.web_port}/", timeout=10).close()
        except urllib.error.HTTPError as answer:
            return answer.code < 500
        except OSError:
            return False
        return True
