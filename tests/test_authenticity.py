"""Only our own mail server's verdict counts, and only its topmost one (RFC 8601)."""

from __future__ import annotations

import pytest

from builders import a_parsed_mail
from worker.mail.authenticity import Authenticity, authenticity
from worker.model import Address

OURS = "mx.vinno.example"


def _verdict(*results: str, sender: str = "tuan@vinno.example", senders: int = 1) -> Authenticity:
    mail = a_parsed_mail(sender=Address(sender), authentication_results=results, sender_count=senders)
    return authenticity(mail, OURS)[0]


@pytest.mark.parametrize(
    ("result", "verdict"),
    [
        (f"{OURS}; dmarc=pass header.from=vinno.example", Authenticity.VERIFIED),
        (f"{OURS}; spf=pass smtp.mailfrom=x.example; dkim=pass header.d=vinno.example", Authenticity.VERIFIED),
        (f"{OURS.upper()}; dmarc=pass header.from=vinno.example", Authenticity.VERIFIED),
        (f"{OURS}; dmarc=fail header.from=vinno.example", Authenticity.FAILED),
        (f"{OURS}; spf=fail smtp.mailfrom=vinno.example", Authenticity.FAILED),
        (f"{OURS}; dmarc=pass header.from=evil.example", Authenticity.UNKNOWN),
        (f"{OURS}; dkim=pass header.d=evil.example", Authenticity.UNKNOWN),
        (f"{OURS}; dkim=pass header.d=example", Authenticity.UNKNOWN),
        (f"{OURS}; none", Authenticity.UNKNOWN),
        ("mx.vinno.example.evil.example; dmarc=pass header.from=vinno.example", Authenticity.UNKNOWN),
        ("; dmarc=pass header.from=vinno.example", Authenticity.UNKNOWN),
        ('"mx.vinno.example"; dmarc=pass header.from=evil.example', Authenticity.UNKNOWN),
        (f'{OURS}; spf=none smtp.mailfrom="; dmarc=pass header.from=vinno.example"', Authenticity.UNKNOWN),
        ("complete nonsense (((", Authenticity.UNKNOWN),
    ],
)
def test_one_header_gives_one_verdict(result: str, verdict: Authenticity) -> None:
    assert _verdict(result) is verdict


def test_a_header_below_the_topmost_came_with_the_mail_and_counts_nothing() -> None:
    forged = f"{OURS}; dmarc=pass header.from=vinno.example"

    assert _verdict(f"{OURS}; dmarc=fail header.from=vinno.example", forged) is Authenticity.FAILED
    assert _verdict("mx.other.example; none", forged) is Authenticity.UNKNOWN


def test_several_senders_are_never_verified() -> None:
    assert _verdict(f"{OURS}; dmarc=pass header.from=vinno.example", senders=2) is Authenticity.FAILED


def test_without_a_trusted_id_nothing_is_known() -> None:
    mail = a_parsed_mail(authentication_results=(f"{OURS}; dmarc=pass header.from=senvang.example",))

    assert authenticity(mail, "")[0] is Authenticity.UNKNOWN
