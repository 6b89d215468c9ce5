"""How a chain of exceptions and a status become a cause that IT can act on."""

from __future__ import annotations

import errno
import socket
import ssl
from datetime import UTC, datetime

import pytest

from counter_app.connectors.causes import retry_after, status_fault, transport_fault
from counter_app.sync.port import Cause, Outcome

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def certificate_error(code: int) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("refused")
    error.verify_code = code
    return error


@pytest.mark.parametrize(
    ("origin", "cause"),
    [
        (socket.gaierror(socket.EAI_NONAME, "unknown"), Cause.NAME_NOT_FOUND),
        (socket.gaierror(socket.EAI_AGAIN, "later"), Cause.NAME_NOT_FOUND),
        (UnicodeError("label too long"), Cause.NAME_NOT_FOUND),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Cause.REFUSED),
        (OSError(errno.EHOSTUNREACH, "no route"), Cause.REFUSED),
        (OSError(errno.ETIMEDOUT, "timed out"), Cause.DEADLINE),
        (ConnectionResetError(errno.ECONNRESET, "reset"), Cause.RESET),
        (certificate_error(18), Cause.CERTIFICATE),
        (certificate_error(10), Cause.CERTIFICATE),
        (certificate_error(62), Cause.WRONG_HOST),
        (certificate_error(64), Cause.WRONG_HOST),
        (certificate_error(0x800B010F), Cause.WRONG_HOST),
        (certificate_error(-67602), Cause.WRONG_HOST),
        (ssl.SSLError(1, "wrong version number"), Cause.TLS),
        (ssl.SSLEOFError(8, "EOF in the handshake"), Cause.TLS),
    ],
)
def test_the_origin_is_found_below_what_libraries_made_of_it(origin, cause):
    try:
        try:
            try:
                raise origin
            except (OSError, UnicodeError) as error:
                raise RuntimeError("of a lower library") from error
        except RuntimeError as error:
            raise error from None  # httpcore does so: the cause is gone, the context stays
    except RuntimeError as error:
        fault = transport_fault(error, written=False, ended=False)
    assert (fault.outcome, fault.cause) == (Outcome.NOT_SENT, cause)


@pytest.mark.parametrize(
    ("origin", "cause"),
    [
        (ConnectionRefusedError(), Cause.REFUSED),
        (OSError(errno.ENETDOWN, "down"), Cause.RESET),
        (ssl.SSLEOFError(8, "EOF"), Cause.RESET),
        (ssl.SSLError(1, "alert"), Cause.TLS),
        (TimeoutError(), Cause.DEADLINE),
        (RuntimeError("no idea"), Cause.UNREADABLE),
    ],
)
def test_whatever_the_cause_a_written_byte_leaves_it_unknown(origin, cause):
    fault = transport_fault(origin, written=True, ended=False)
    assert (fault.outcome, fault.cause) == (Outcome.UNKNOWN, cause)


def test_a_protocol_error_after_the_other_side_hung_up_is_a_cut():
    assert transport_fault(RuntimeError(), written=True, ended=True).cause is Cause.RESET


def test_a_chain_that_bites_its_tail_comes_to_an_end():
    first, second = RuntimeError(), RuntimeError()
    first.__cause__, second.__cause__ = second, first
    assert transport_fault(first, written=True, ended=False).cause is Cause.UNREADABLE


def test_details_name_codes_and_never_quote_the_words_of_an_error():
    fault = transport_fault(OSError(errno.ENOENT, "Dupont, 3 rue du Bac"), written=False, ended=False)
    assert fault.detail == f"FileNotFoundError {errno.ENOENT}"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("1.5", 1.5),
        ("Mon, 02 Nov 2026 10:02:00 GMT", 120.0),
        ("Monday, 02-Nov-26 10:02:00 GMT", 120.0),
        ("Mon, 02 Nov 2026 09:00:00 GMT", 0.0),
        ("999999999", 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86_400.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("9" * 5000, None),
        ("Mon, 32 Nov 2026 10:00:00 GMT", None),
        ("\u0661", None),
    ],
)
def test_what_a_centre_asks_to_wait_is_read_in_both_of_its_forms(value, seconds):
    assert retry_after({"retry-after": value}, NOW) == seconds


def test_a_date_to_wait_for_counts_from_the_clock_of_the_centre():
    wrong_clock = NOW.replace(year=2031)
    headers = {"retry-after": "Mon, 02 Nov 2026 10:02:00 GMT", "date": "Mon, 02 Nov 2026 10:01:30 GMT"}
    assert retry_after(headers, wrong_clock) == 30.0


@pytest.mark.parametrize("status", [*range(300, 600)])
def test_no_status_of_failure_proves_that_nothing_was_sent(status):
    assert status_fault(status, {}, NOW).outcome is Outcome.UNKNOWN
