"""Signs somebody in with Authlib, from discovery to revocation: JSON on standard input, JSON on standard output."""

import html
import json
import re
import sys

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.jwk import KeySet

REDIRECT = "http://127.0.0.1:45678/callback"
task = json.load(sys.stdin)
server = requests.get(task["issuer"] + "/.well-known/openid-configuration", timeout=10).json()
assert server["issuer"] == task["issuer"]


def submit(page, **filled):
    """Sends the form of a page, as a browser without script does."""
    action = re.search(r'action="([^"]+)"', page.text)[1]
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    form = {name: html.unescape(value) for name, value in hidden} | filled
    url = requests.compat.urljoin(page.url, action)
    return requests.post(url, data=form, allow_redirects=False, timeout=10)


session = OAuth2Session(
    task["client_id"],
    task["client_secret"],
    scope="openid profile email",
    redirect_uri=REDIRECT,
    code_challenge_method="S256",
    token_endpoint_auth_method="client_secret_basic",
)
verifier, nonce = generate_token(48), generate_token(24)
url, state = session.create_authorization_url(server["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
page = submit(requests.get(url, timeout=10), username=task["username"], password=task["password"])
callback = submit(page, decision="allow").headers["Location"]
token = session.fetch_token(
    server["token_endpoint"], authorization_response=callback, state=state, code_verifier=verifier
)
keys = KeySet.import_key_set(requests.get(server["jwks_uri"], timeout=10).json())
decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256"])
claims = CodeIDToken(
    decoded.claims,
    decoded.header,
    options={"iss": {"values": [task["issuer"]]}, "aud": {"values": [task["client_id"]]}},
    params={"nonce": nonce, "client_id": task["client_id"], "access_token": token["access_token"]},
)
claims.validate()
userinfo = session.get(server["userinfo_endpoint"]).json()
session.refresh_token(server["token_endpoint"], refresh_token=token["refresh_token"])
refreshed = session.get(server["userinfo_endpoint"]).json()
introspection = session.introspect_token(server["introspection_endpoint"], token=session.token["access_token"]).json()
session.revoke_token(server["revocation_endpoint"], token=session.token["refresh_token"])
after = session.get(server["userinfo_endpoint"]).status_code
json.dump(
    {
        "id_token": dict(claims),
        "userinfo": userinfo,
        "refreshed_userinfo": refreshed,
        "introspection": introspection,
        "after_revocation": after,
    },
    sys.stdout,
)
