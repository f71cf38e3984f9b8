"""`check --probe`: mails from the support mailbox to itself, and what they say about the provider."""

from __future__ import annotations

from collections.abc import Iterator

from worker.app import build_mailbox, build_mailer
from worker.mail.authenticity import Authenticity, authenticity, stamped_by
from worker.mail.parsing import parse_mail
from worker.mail.probing import Probe, Probed, lines_of, probe
from worker.model import Address, ParsedMail
from worker.settings import Settings

Line = tuple[bool, str]


def probe_lines(settings: Settings, seconds: float) -> Iterator[Line]:
    """What this mailbox can do, and whether that is what settings ask of it."""
    own = Address(settings.company.address, settings.company.support_name)
    mailer = build_mailer(settings)
    try:
        run = probe(build_mailbox(settings, 0), mailer, own, settings.authentication.trusted_authserv_id, seconds)
    finally:
        mailer.close()
    yield from _arrival(run, settings, seconds)
    if Probe.PLAIN not in run.came:
        return
    plain = parse_mail(run.came[Probe.PLAIN])
    yield _verdict(plain, settings)
    if Probe.FORGED in run.came:
        yield _forged(parse_mail(run.came[Probe.FORGED]), run)
    yield _plus(run, settings)
    yield _message_id(plain, run.message_id(Probe.PLAIN, own.email))
    yield _envelope(run, own.email)


def _arrival(run: Probed, settings: Settings, seconds: float) -> Iterator[Line]:
    folder = run.folders.get(Probe.PLAIN)
    box = settings.mailboxes[0]
    if folder is None:
        yield (
            False,
            f"a mail to {settings.company.address} did not reach {box.user} within {seconds:g} s: is it this mailbox's?",
        )
    elif folder in {box.inbox, box.archive}:
        yield True, f"a mail to ourselves came into {folder} after {run.seconds:.1f} s, and was removed"
    else:
        yield (
            False,
            f"a mail to ourselves was put into {folder}: have the provider take {settings.company.address} for no spam",
        )


def _verdict(mail: ParsedMail, settings: Settings) -> Line:
    """Which authority mode this mailbox can have: mail of staff is judged as this mail was."""
    wanted = settings.authentication
    confirms = wanted.staff_mode == "confirm"
    stamp = stamped_by(mail)
    if not stamp:
        words = "the server stamps no verdict on mail between its own mailboxes"
        return confirms, f"{words}: {_MODE_CONFIRM}"
    verdict, why = authenticity(mail, stamp)
    if verdict is not Authenticity.VERIFIED:
        return confirms, f"{stamp} stamps a verdict that proves nobody ({why}): {_MODE_CONFIRM}"
    words = f"{stamp} stamps {why}: authority mode verified works here"
    if confirms:
        return (
            True,
            f"{words}; set authentication.staff_mode: verified and trusted_authserv_id: {stamp}, or stay with confirm",
        )
    if wanted.trusted_authserv_id.lower() != stamp:
        return False, f"{words}; set authentication.trusted_authserv_id: {stamp}"
    return True, words


_MODE_CONFIRM = "only authority mode confirm works here (authentication.staff_mode: confirm)"


def _forged(mail: ParsedMail, run: Probed) -> Line:
    if mail.authentication_results and run.token in mail.authentication_results[0]:
        return False, f"a verdict that a mail brings along stays on top, so that anybody can forge one: {_MODE_CONFIRM}"
    return True, "a verdict that a mail brings along does not count"


def _plus(run: Probed, settings: Settings) -> Line:
    if Probe.PLUS in run.came:
        hint = "" if settings.addressing == "plus" else "; addressing: plus is possible"
        return True, f"plus addresses reach this mailbox{hint}"
    why = f" ({run.refused[Probe.PLUS]})" if Probe.PLUS in run.refused else ""
    return settings.addressing == "plain", f"plus addresses do not reach this mailbox{why}: addressing: plain"


def _message_id(mail: ParsedMail, sent: str) -> Line:
    if mail.message_id == sent:
        return True, "Message-IDs are kept"
    return True, f"Message-IDs are changed (to {mail.message_id or 'none'}): answers are told by subject and token"


def _envelope(run: Probed, own: str) -> Line:
    if not run.keeps_sender:
        return True, "the server refuses another envelope sender: bounces are told by the Message-ID within them"
    path = next(lines_of(run.came[Probe.PLAIN], "return-path"), "").strip("<> ")
    if not path:
        return True, "the envelope sender is not shown: bounces are told by the Message-ID within them"
    if path.lower() == run.plus(own).lower():
        return True, "the envelope sender is kept: bounces can be told by their address (VERP)"
    return True, f"the envelope sender is changed to {path}: bounces are told by the Message-ID within them"
