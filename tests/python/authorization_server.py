"""Authlib's authorization server on a free port of this computer; fred is signed in already.

Authorization code with PKCE and Basic authentication, refresh tokens that are good once, revocation,
introspection and metadata (RFC 8414), all in memory. Authlib takes Basic credentials as they come and does
not undo their form encoding (RFC 6749 section 2.3.1): the client `odd` has a secret that tells the
difference, and may send it in the body."""

import json
import os
import time
from urllib.parse import urlsplit

# Loopback alone is served, without a certificate.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, OAuth2Error, TokenMixin, grants
from authlib.oauth2.rfc6750 import BearerTokenValidator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from flask import Flask, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

CODES, TOKENS = {}, []
WAYS = ["client_secret_basic", "client_secret_post"]


class Client(ClientMixin):
    def __init__(self, client_id, secret, ways):
        self.client_id, self.secret, self.ways = client_id, secret, ways

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return " ".join(one for one in scope.split() if one in ("read", "write")) if scope else ""

    def check_redirect_uri(self, redirect_uri):
        uri = urlsplit(redirect_uri)
        # The port of a redirect to loopback is free (RFC 8252 section 7.3).
        return (uri.scheme, uri.hostname, uri.path) == ("http", "127.0.0.1", "/callback")

    def check_client_secret(self, client_secret):
        return client_secret == self.secret

    def check_endpoint_auth_method(self, method, endpoint):
        return method in self.ways

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in ("authorization_code", "refresh_token")


class Code(AuthorizationCodeMixin):
    def __init__(self, code, asked):
        self.code, self.scope = code, asked.payload.scope
        self.redirect_uri = asked.payload.redirect_uri
        self.code_challenge = asked.payload.data.get("code_challenge")
        self.code_challenge_method = asked.payload.data.get("code_challenge_method")

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class Token(TokenMixin):
    def __init__(self, token, user, client):
        self.user, self.client, self.issued = user, client, time.time()
        self.revoked = self.used = False
        self.access_token, self.refresh_token = token["access_token"], token.get("refresh_token")
        self.scope, self.expires_in = token.get("scope", ""), token["expires_in"]

    def check_client(self, client):
        return client is self.client

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return self.expires_in

    def is_expired(self):
        return self.issued + self.expires_in < time.time()

    def is_revoked(self):
        return self.revoked

    def get_user(self):
        return self.user

    def get_client(self):
        return self.client


def token_of(text):
    return next((one for one in TOKENS if text in (one.access_token, one.refresh_token)), None)


class AuthorizationCode(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = WAYS

    def save_authorization_code(self, code, request):
        CODES[code] = Code(code, request)

    def query_authorization_code(self, code, client):
        return CODES.get(code)

    def delete_authorization_code(self, authorization_code):
        del CODES[authorization_code.code]

    def authenticate_user(self, authorization_code):
        return "fred"


class Refresh(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = WAYS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        token = token_of(refresh_token)
        good = token and token.refresh_token == refresh_token and not token.used and not token.revoked
        return token if good else None

    def authenticate_user(self, refresh_token):
        return refresh_token.user

    def revoke_old_credential(self, refresh_token):
        refresh_token.used = True


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = WAYS

    def query_token(self, token_string, token_type_hint):
        return token_of(token_string)

    def revoke_token(self, token, request):
        token.revoked = True


class Introspection(IntrospectionEndpoint):
    CLIENT_AUTH_METHODS = WAYS

    def check_permission(self, token, client, request):
        return True

    def query_token(self, token_string, token_type_hint):
        return token_of(token_string)

    def introspect_token(self, token):
        return {"active": True, "client_id": token.client.client_id, "username": token.user, "scope": token.scope}


class Bearer(BearerTokenValidator):
    def authenticate_token(self, token_string):
        return token_of(token_string)


CLIENTS = {
    "gatewright": Client("gatewright", "a-secret-of-letters", ["client_secret_basic"]),
    "odd": Client("odd", "a secret: with % and +", WAYS),
}
app = Flask(__name__)
app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
server = AuthorizationServer(
    app,
    query_client=CLIENTS.get,
    save_token=lambda token, request: TOKENS.append(Token(token, request.user, request.client)),
)
server.register_grant(AuthorizationCode, [CodeChallenge(required=True)])
server.register_grant(Refresh)
server.register_endpoint(Revocation)
server.register_endpoint(Introspection)
protect = ResourceProtector()
protect.register_token_validator(Bearer())


@app.get("/authorize")
def authorize():
    try:
        grant = server.get_consent_grant(end_user="fred")
    except OAuth2Error as error:
        return server.handle_error_response(request, error)
    return server.create_authorization_response(grant=grant, grant_user="fred")


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/revoke")
def revoke():
    return server.create_endpoint_response(Revocation.ENDPOINT_NAME)


@app.post("/introspect")
def introspect():
    return server.create_endpoint_response(Introspection.ENDPOINT_NAME)


@app.get("/me")
@protect()
def me():
    return jsonify(sub=f"of {current_token.user}", username=current_token.user)


@app.get("/.well-known/oauth-authorization-server")
def metadata():
    return jsonify(
        issuer=ISSUER,
        authorization_endpoint=f"{ISSUER}/authorize",
        token_endpoint=f"{ISSUER}/token",
        revocation_endpoint=f"{ISSUER}/revoke",
        introspection_endpoint=f"{ISSUER}/introspect",
        userinfo_endpoint=f"{ISSUER}/me",
        response_types_supported=["code"],
        grant_types_supported=["authorization_code", "refresh_token"],
        code_challenge_methods_supported=["S256"],
        token_endpoint_auth_methods_supported=WAYS,
    )


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


http = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
ISSUER = f"http://127.0.0.1:{http.server_port}"
secrets = {client.client_id: client.secret for client in CLIENTS.values()}
print(json.dumps({"issuer": ISSUER, **secrets}), flush=True)
http.serve_forever()
