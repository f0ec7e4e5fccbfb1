"""Signs requests with oauthlib: JSON on standard input, JSON on standard output."""

import json
import sys

from oauthlib.oauth1 import SIGNATURE_TYPE_AUTH_HEADER, Client


class TwoLegged(Client):
    """oauthlib leaves an empty oauth_token out; application links need it to be there."""

    def get_oauth_params(self, request):
        return [*super().get_oauth_params(request), ("oauth_token", "")]


task = json.load(sys.stdin)
method = task.get("signature_method", "RSA-SHA1")
signed = []
for index, request in enumerate(task["requests"]):
    client = TwoLegged(
        task["consumer_key"],
        rsa_key=task["private_key"],
        signature_method=method,
        signature_type=SIGNATURE_TYPE_AUTH_HEADER,
        timestamp=task["timestamp"],
        nonce=f"{method}-{index}",
        realm="anything",
    )
    form = request.get("headers", {}).get("Content-Type") == "application/x-www-form-urlencoded"
    _, headers, _ = client.sign(
        request["url"],
        http_method=request["method"],
        body=request.get("body") if form else None,
        headers=dict(request.get("headers", {})),
    )
    signed.append({**request, "authorization": headers["Authorization"]})
json.dump(signed, sys.stdout)
