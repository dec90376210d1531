"""A small provider of OpenID Connect on this machine: it signs what it says, or is told to say it wrongly."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET, SUBJECT = "licet-test", "not a secret", "person-4711"


class Provider:
    """wrong: what of the token is wrong: "", issuer, audience, nonce, expired, key, unsigned."""

    def __init__(self) -> None:
        self.key, self.other = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))
        self.codes: dict[str, dict[str, str]] = {}
        self.wrong = ""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def described(self) -> dict[str, Any]:
        """As a provider describes itself."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
        }

    def authorize(self, given: dict[str, str]) -> str:
        """The person agreed: back to the site with a code."""
        assert given["client_id"] == CLIENT and given["response_type"] == "code"
        assert given["scope"] == "openid" and given["code_challenge_method"] == "S256"
        code = hashlib.sha256(given["state"].encode()).hexdigest()
        self.codes[code] = given
        return f"{given['redirect_uri']}?{urlencode({'code': code, 'state': given['state']})}"

    def token(self, given: dict[str, str]) -> dict[str, Any]:
        """A signed id token for a code that was proved to be one's own."""
        asked = self.codes.pop(given["code"])
        proof = hashlib.sha256(given["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(proof).rstrip(b"=").decode() == asked["code_challenge"]
        now = int(time.time())
        claims = {
            "iss": self.issuer if self.wrong != "issuer" else "https://elsewhere.example",
            "aud": CLIENT if self.wrong != "audience" else "another",
            "sub": SUBJECT,
            "nonce": asked["nonce"] if self.wrong != "nonce" else "another",
            "iat": now,
            "exp": now + (300 if self.wrong != "expired" else -300),
        }
        key = self.other if self.wrong == "key" else self.key
        made = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
        if self.wrong == "unsigned":
            head = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            made = f"{head}.{made.split('.')[1]}."
        return {"access_token": "unused", "token_type": "Bearer", "id_token": made}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                given = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", provider.authorize(given))
                    self.end_headers()
                elif parts.path == "/keys":
                    self._say({"keys": [provider.key.as_dict(private=False)]})
                else:
                    self._say(provider.described())

            def do_POST(self) -> None:
                text = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._say(provider.token({n: v[0] for n, v in parse_qs(text).items()}))

            def _say(self, value: object) -> None:
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(value).encode())

            def log_message(self, *args: object) -> None:
                pass

        return Handler


@contextmanager
def running() -> Iterator[Provider]:
    """A provider for as long as this lasts."""
    provider = Provider()
    thread = threading.Thread(target=provider.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
        thread.join(10)
