"""Access to a remote signing service by OAuth 2 (CSC API 2.0.0.2, chapter 8.4): codes, tokens, refreshing.

The person signs in and agrees at the service in the own browser; a code comes back, bound to a verifier that never
left (RFC 7636). The scope "service" opens the service, "credential" lets it sign exactly the named digests once.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from mocban.signing.adapters import csc
from mocban.signing.pdf.refusals import Refused, refuse

SERVICE, CREDENTIAL = "service", "credential"
LIFE = 3600.0  # seconds of an access token where the service does not say (the standard's own default)
WELL_KNOWN = ".well-known/oauth-authorization-server"  # RFC 8414
ADDRESS = 6000  # letters of an address that every server takes; longer requests are pushed where that is possible


@dataclass(frozen=True)
class Endpoints:
    """Where the authorisation server answers; `pushed` is empty where it takes no pushed requests."""

    authorize: str
    token: str
    pushed: str


@dataclass(frozen=True)
class Granted:
    """An access token, the token to refresh it with (empty: none), and its life in seconds."""

    token: str
    refresh: str
    seconds: float

    def __repr__(self) -> str:
        return f"Granted({self.seconds} s)"


def endpoints(client: csc.Client) -> Endpoints:
    """Return where the service's authorisation server answers, as configured or as `info` says. Refuses."""
    told = client.info()
    methods = told.get("methods", [])
    pushes = isinstance(methods, list) and "oauth2/pushed_authorize" in methods
    base = client.service.oauth2 or told.get("oauth2", "")
    if isinstance(base, str) and base:
        base = base.rstrip("/")
        base = base if base.endswith("/oauth2") else f"{base}/oauth2"
        found = Endpoints(f"{base}/authorize", f"{base}/token", f"{base}/pushed_authorize" if pushes else "")
    else:
        said = client.fetched(f"{csc.text(told, 'oauth2Issuer').rstrip('/')}/{WELL_KNOWN}")
        pushed = said.get("pushed_authorization_request_endpoint", "")
        found = Endpoints(csc.text(said, "authorization_endpoint"), csc.text(said, "token_endpoint"), str(pushed or ""))
    if not all(csc.usable_address(one) for one in (found.authorize, found.token)):
        refuse("signing.remote_rubbish")
    return found


def new_verifier() -> str:
    """Return a fresh secret of one authorisation: 256 bits."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """Return what the service may know of the secret beforehand (S256)."""
    return _urlsafe(hashlib.sha256(verifier.encode()).digest())


def for_service(*, redirect: str, state: str, verifier: str) -> dict[str, str]:
    """Return the request for access to the service in a person's name."""
    return _request(SERVICE, redirect, state, verifier)


def for_digests(
    digests: Sequence[bytes], *, algorithm_oid: str, credential: str, redirect: str, state: str, verifier: str
) -> dict[str, str]:
    """Return the request to let a credential sign exactly these digests."""
    return _request(CREDENTIAL, redirect, state, verifier) | {
        "credentialID": credential,
        "numSignatures": str(len(digests)),
        "hashes": ",".join(_urlsafe(one) for one in digests),
        "hashAlgorithmOID": algorithm_oid,
    }


def address(client: csc.Client, found: Endpoints, request: Mapping[str, str]) -> str:
    """Return where the person's browser goes; a long request is pushed to the service first. Refuses `signing.*`."""
    values = {**request, "client_id": client.service.client_id}
    joint = "&" if "?" in found.authorize else "?"
    plain = f"{found.authorize}{joint}{urlencode(values)}"
    if len(plain) <= ADDRESS:
        return plain
    if not found.pushed:
        refuse("signing.service_limit", most="?", wanted=request.get("numSignatures", "?"))
    pushed = client.form(found.pushed, values | {"client_secret": client.service.client_secret})
    short = {"client_id": client.service.client_id, "request_uri": csc.text(pushed, "request_uri")}
    return f"{found.authorize}{joint}{urlencode(short)}"


def exchanged(client: csc.Client, found: Endpoints, *, code: str, verifier: str, redirect: str) -> Granted:
    """Return the access that the code buys. Refuses `signing.*`."""
    values = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}
    return _granted(client, found, values)


def refreshed(client: csc.Client, refresh: str) -> Granted:
    """Return new access for a person who signed in before. Refuses `signing.service_sign_in` when that is over."""
    try:
        return _granted(client, endpoints(client), {"grant_type": "refresh_token", "refresh_token": refresh})
    except Refused as refused:
        if refused.code in ("signing.remote_refused", "signing.remote_login"):
            refuse("signing.service_sign_in")
        raise


def as_client(client: csc.Client) -> Granted:
    """Return access for this installation itself, by the grant "client_credentials". Refuses `signing.*`."""
    return _granted(client, endpoints(client), {"grant_type": "client_credentials", "scope": SERVICE})


def _request(scope: str, redirect: str, state: str, verifier: str) -> dict[str, str]:
    return {
        "response_type": "code",
        "redirect_uri": redirect,
        "scope": scope,
        "state": state,
        "code_challenge": challenge(verifier),
        "code_challenge_method": "S256",
        "lang": "vi",
    }


def _granted(client: csc.Client, found: Endpoints, values: Mapping[str, str]) -> Granted:
    service = client.service
    answer = client.form(
        found.token, {**values, "client_id": service.client_id, "client_secret": service.client_secret}
    )
    life, refresh = answer.get("expires_in", LIFE), answer.get("refresh_token", "")
    seconds = float(life) if isinstance(life, int | float) and 0 < life < 1e7 else LIFE
    return Granted(csc.text(answer, "access_token"), refresh if isinstance(refresh, str) else "", seconds)


def _urlsafe(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
