"""Stands for the sandbox: prints addresses and listens."""

import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

server = HTTPServer(("127.0.0.1", int(sys.argv[2])), BaseHTTPRequestHandler)
here = f"http://127.0.0.1:{server.server_port}"
economic = dict.fromkeys(
    ("rest", "openapi", "grant", "app_secret", "app_public", "agreement_grant"), f"{here}/economic"
)
shoporama = dict.fromkeys(("api", "oauth", "key"), f"{here}/shoporama")
addresses = {"control": f"{here}/control", "ledger": f"{here}/ledger", "mail": f"{here}/mail"}
dinero = dict.fromkeys(("api", "connect", "client_id", "client_secret"), f"{here}/dinero")
billy = dict.fromkeys(("api", "token", "company"), f"{here}/billy/v2")
systems = {"economic": economic, "dinero": dinero, "billy": billy, "shoporama": shoporama}
sys.stdout.write(json.dumps(systems | addresses) + "\n")
sys.stdout.flush()
server.serve_forever()
