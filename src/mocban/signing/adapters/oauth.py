"""Access of this installation itself to a remote signing service by OAuth 2 (CSC API 2.0.0.2, chapter 8.4).

The grant "client_credentials": what the standard names for seals, where nobody sits at a browser (8.5.2.2).
"""

from __future__ import annotations

from mocban.signing.adapters import csc
from mocban.signing.pdf.refusals import refuse

SCOPE = "service"
WELL_KNOWN = ".well-known/oauth-authorization-server"  # RFC 8414


def client_token(client: csc.Client) -> str:
    """Return an access token for the service. Refuses `signing.remote_*`."""
    service = client.service
    answer = client.form(
        token_address(client),
        {
            "grant_type": "client_credentials",
            "scope": SCOPE,
            "client_id": service.client_id,
            "client_secret": service.client_secret,
        },
    )
    return csc.text(answer, "access_token")


def token_address(client: csc.Client) -> str:
    """Return where the authorisation server gives tokens, as configured or as `info` says. Refuses."""
    told = client.info()
    base = client.service.oauth2 or told.get("oauth2", "")
    if isinstance(base, str) and base:
        base = base.rstrip("/")
        found = f"{base}/token" if base.endswith("/oauth2") else f"{base}/oauth2/token"
    else:
        issuer = csc.text(told, "oauth2Issuer").rstrip("/")
        found = csc.text(client.fetched(f"{issuer}/{WELL_KNOWN}"), "token_endpoint")
    if not csc.usable_address(found):
        refuse("signing.remote_rubbish")
    return found
