"""A client of the fetch listener that costs its caller little."""

import http.client
import urllib.parse


class Fetcher:
    """One kept connection."""

    def __init__(self, service):
        place = urllib.parse.urlsplit(service.fetch)
        self.http = http.client.HTTPConnection(place.hostname, place.port, timeout=60)

    def get(self, target, headers=None):
        """Status, fields and body."""
        self.http.request("GET", "/api/v1" + target, headers=headers or {})
        answer = self.http.getresponse()
        return answer.status, answer.headers, answer.read()
