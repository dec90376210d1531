"""Signing in with a provider (OpenID Connect): it says who an account is, and opens nobody's records.

The provider is declared in ``licet.toml`` ``[openid]``; the secret of the client comes from the
environment. What is kept is the provider's name and a keyed hash of its name for the person.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

from licet import flow
from licet.errors import BadInput, bad
from licet.web.views.faults import said
from licet.web.views.mine import key_of
from licet.web.views.pages import doing, serving, then

SECONDS = 10
SECRET = "LICET_OPENID_SECRET"
"""The variable of the environment that holds the secret of the client."""
_KEPT = "openid"
ALGORITHMS = ("RS256", "ES256", "PS256")
"""How an id token may be signed: never with a shared secret, never unsigned."""


@doing("own_permissions")
def verify(request: Any) -> Any:
    """On to the provider."""
    provider = flow.provider(serving().workspace)
    if provider is None:
        return said(request, 404)
    try:
        client, described = _client(request, provider)
    except BadInput as error:
        return said(request, 503, error.faults[0].what)
    from authlib.common.security import generate_token

    nonce, verifier = generate_token(32), generate_token(64)
    place, state = client.create_authorization_url(
        described["authorization_endpoint"], nonce=nonce, code_verifier=verifier
    )
    request.session[_KEPT] = {"state": state, "nonce": nonce, "verifier": verifier}
    from django.http import HttpResponseRedirect

    return HttpResponseRedirect(place)


@doing("own_permissions")
def verified(request: Any) -> Any:
    """Back from the provider: who it says the account is, checked by its signature."""
    provider = flow.provider(serving().workspace)
    kept = request.session.pop(_KEPT, None)
    if provider is None or kept is None or request.GET.get("state") != kept["state"]:
        return said(request, 400)
    if "code" not in request.GET:
        return then(request, "/mine", "The provider did not say who you are. Nothing was changed.")
    try:
        claims = _claims(request, provider, kept)
    except BadInput:
        return said(
            request, 400, "What the provider said could not be checked. Nothing was changed."
        )
    flow.verify_account(
        serving().workspace, key_of(request), provider.issuer, claims["sub"], datetime.now(UTC)
    )
    request.session.cycle_key()
    return then(request, "/mine", "The provider has said who you are.")


def _client(request: Any, provider: Any) -> tuple[Any, Any]:
    """A client of the provider, and how the provider describes itself."""
    try:
        from authlib.integrations.httpx_client import OAuth2Client
    except ImportError as error:
        todo = "pip install 'licet[openid]'"
        raise bad(f"signing in with a provider needs the package {error.name}", todo=todo) from None
    client = OAuth2Client(
        provider.client_id,
        os.environ.get(SECRET, ""),
        scope="openid",
        redirect_uri=request.build_absolute_uri("/mine/verified"),
        code_challenge_method="S256",
        timeout=SECONDS,
        follow_redirects=False,
    )
    place = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
    described = _json(client, place)
    # Who answers for another issuer is not the one that was declared.
    if described.get("issuer") != provider.issuer:
        raise bad("the provider is not the one that was declared")
    return client, described


def _json(client: Any, place: str) -> Any:
    import httpx

    try:
        answer = client.request("GET", place, withhold_token=True)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError):
        raise bad("The provider does not answer now. Try again later") from None
    if not isinstance(found, dict):
        raise bad("The provider does not answer now. Try again later")
    return found


def _claims(request: Any, provider: Any, kept: Any) -> Any:
    """What the id token says, once everything about it was checked. Raises BadInput."""
    import httpx
    from authlib.common.errors import AuthlibBaseError
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    client, described = _client(request, provider)
    try:
        token = client.fetch_token(
            described["token_endpoint"], code=request.GET["code"], code_verifier=kept["verifier"]
        )
        keys = KeySet.import_key_set(_json(client, described["jwks_uri"]))
        found = jwt.decode(token["id_token"], keys, algorithms=list(ALGORITHMS)).claims
        rules = jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            exp={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": kept["nonce"]},
        )
        rules.validate(found)
    except (AuthlibBaseError, JoseError, httpx.HTTPError, KeyError, TypeError, ValueError) as error:
        raise bad("what the provider said could not be checked") from error
    return found
