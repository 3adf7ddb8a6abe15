"""What is said of papers: states, what hinders an upload or a reading, what an entry lacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from xuncha.findings.workflow import PaperState
from xuncha.web.rounds.wording import round_name

# Mark of each state: what waits, what is under way, what is wrong, what is for a person, what is done.
MARKS: Final = {
    PaperState.WAITING: "not_started",
    PaperState.READING: "under_way",
    PaperState.FAILED: "wrong",
    PaperState.REVIEW: "pen",
    PaperState.ENTERING: "under_way",
    PaperState.ENTERED: "check",
    PaperState.DISCARDED: "none",
    PaperState.DESTROYED: "none",
}
READABLE: Final = ("docx", "pdf", "txt", "xlsx", "xls", "csv", "ofd", "doc", "wps", "rtf")
"""The endings that people know; all of them are in `documents.readers.READERS`."""

_UPLOAD: Final = {
    "file_empty": gettext_lazy("It is empty. Choose it again; if it stays so, save it anew."),
    "disk_full": gettext_lazy("There is no room left on the server's disk. Tell the system administrator."),
    "wrong_type": gettext_lazy("Files of this kind cannot be read. Save it as docx, pdf or xlsx and send that."),
    "wrong_content": gettext_lazy("Its content is not what its name says. Save it as docx, pdf or xlsx and send that."),
    "active_content": gettext_lazy(
        "It holds a program, a script or macros and was not kept. Save it as docx, xlsx or pdf and send that."
    ),
    "secrecy_marked": gettext_lazy(
        "It is marked as a state secret and was not kept. Such papers may not enter this system; handle it by the "
        "rules on secrets."
    ),
    "archive_type": gettext_lazy("Of archives only zip is opened. Pack the files as zip, or send them one by one."),
}


def upload_fault(code: str, data: Mapping[str, Any]) -> str:
    """Why a file was not taken in, and what to do."""
    if code == "file_too_large":
        limit = filesizeformat(data.get("limit", 0))
        return _("It is larger than %(limit)s. Take pictures out of it or split it.") % {"limit": limit}
    return str(_UPLOAD.get(code, _("It could not be taken in. Try again.")))


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a paper could not be read: in one sentence, and what the reader met, in its own words."""

    sentence: str
    advice: str
    place: str = ""
    found: str = ""
    expected: str = ""
    members: tuple[tuple[str, str], ...] = ()


_FAILURES: Final = {
    "empty": (gettext_lazy("There is nothing in the file."), gettext_lazy("Check whether it is the right file.")),
    "encrypted": (
        gettext_lazy("The file is protected by a password."),
        gettext_lazy("Save it without the password and send it again."),
    ),
    "scanned": (
        gettext_lazy("The file holds pictures of pages and no text."),
        gettext_lazy("Have its text recognised first, or send the file it was printed from."),
    ),
    "damaged": (
        gettext_lazy("The file is damaged or incomplete."),
        gettext_lazy("Open it with Word or WPS, save it anew and send that."),
    ),
    "bomb": (
        gettext_lazy("The file unpacks to far more than such a file holds; it may have been made to do harm."),
        gettext_lazy("Ask where it came from. If it is sound, save it anew and send that."),
    ),
    "too_large": (gettext_lazy("The file is too large to be read."), gettext_lazy("Split it and send the parts.")),
    "too_many_pages": (
        gettext_lazy("The file has too many pages to be read at once."),
        gettext_lazy("Split it and send the parts."),
    ),
    "unknown_format": (
        gettext_lazy("Files of this kind cannot be read."),
        gettext_lazy("Save it as docx, pdf or xlsx and send that."),
    ),
    "wrong_extension": (
        gettext_lazy("The content is not what the ending of the name says."),
        gettext_lazy("Give the file its right ending, or save it anew, and send that."),
    ),
    "needs_libreoffice": (
        gettext_lazy("This old format is read with LibreOffice, which is not installed here."),
        gettext_lazy("Save it as docx or xlsx and send that, or ask the system administrator to install LibreOffice."),
    ),
    "undecodable": (
        gettext_lazy("The characters of the file cannot be made out."),
        gettext_lazy("Save it as UTF-8 and send that."),
    ),
    "unsafe_name": (
        gettext_lazy("A name in the archive points outside of it; it may have been made to do harm."),
        gettext_lazy("Ask where it came from. If it is sound, pack the files anew."),
    ),
    "nested": (
        gettext_lazy("There is an archive inside the archive."),
        gettext_lazy("Unpack it first, then pack the files alone."),
    ),
    "secrecy_marked": (
        gettext_lazy("The paper is marked as a state secret. The file and all that was read were destroyed."),
        gettext_lazy(
            "Such papers may not enter this system. Handle it by the rules on secrets and tell your secrecy officer."
        ),
    ),
    "active_content": (
        gettext_lazy("The file holds macros or scripts. It was destroyed."),
        gettext_lazy("Save it as docx, xlsx or pdf and send that."),
    ),
    "destroyed": (
        gettext_lazy("The original was destroyed by rule while it was being taken in."),
        gettext_lazy("Send it again."),
    ),
    "file_lost": (
        gettext_lazy("The original is no longer in the data folder."),
        gettext_lazy("Send it again, and tell the system administrator."),
    ),
    "file_damaged": (
        gettext_lazy("The original was damaged or changed on the server's disk; no part of it is given out."),
        gettext_lazy("Send it again, and tell the system administrator."),
    ),
    "file_key_lost": (
        gettext_lazy("The original is sealed, and its key is not on this server."),
        gettext_lazy("Tell the system administrator: the folder of keys has to be put back."),
    ),
    "missing": (
        gettext_lazy("The file is no longer in the data folder."),
        gettext_lazy("Send it again, and tell the system administrator."),
    ),
    "unreadable": (
        gettext_lazy("The file cannot be opened on the server."),
        gettext_lazy("Send it again, and tell the system administrator."),
    ),
    "timeout": (
        gettext_lazy("Reading took too long and was stopped."),
        gettext_lazy("Split the file, or open it with Word or WPS, save it anew and send that."),
    ),
    "memory": (
        gettext_lazy("Reading would have needed too much memory and was stopped."),
        gettext_lazy("Split the file and send the parts."),
    ),
    "crashed": (
        gettext_lazy("Reading broke off; the file may be damaged or made to do harm."),
        gettext_lazy("Ask where it came from. If it is sound, save it anew and send that."),
    ),
    "members": (
        gettext_lazy("Some files of the archive could not be taken in; the others were."),
        gettext_lazy("Mend those below and send them one by one."),
    ),
    "file_empty": (gettext_lazy("There is nothing in the file."), gettext_lazy("Check whether it is the right file.")),
    "disk_full": (
        gettext_lazy("There is no room left on the server's disk."),
        gettext_lazy("Tell the system administrator, then read it again."),
    ),
}
_UNEXPECTED: Final = (
    gettext_lazy("The program made a mistake with this file."),
    gettext_lazy("Read it again. If that fails too, hand the file and this page to the system administrator."),
)


def failure(error: Mapping[str, Any] | None) -> Failure:
    """Why a paper could not be read."""
    error = error or {}
    sentence, advice = _FAILURES.get(str(error.get("code", "")), _UNEXPECTED)
    members = tuple(
        (str(member.get("name", "")), upload_fault(str(member.get("code", "")), member))
        for member in error.get("members", ())
    )
    told = {name: str(error.get(name, "")) for name in ("place", "found", "expected")}
    return Failure(str(sentence), str(advice), **told, members=members)


def lack(code: str, number: int) -> str:
    """What an entry lacks, as something to do."""
    if code == "undecided":
        return ngettext("%(n)d finding has not been looked at", "%(n)d findings have not been looked at", number) % {
            "n": number
        }
    return {
        "nothing_accepted": _("No finding was accepted"),
        "round_missing": _("The round is not chosen"),
        "unit_missing": _("The unit is not chosen"),
        "unit_gone": _("The unit was merged or abolished; choose the one it is now"),
        "recipients_missing": _("Nobody is chosen to be given it to"),
    }.get(code, code)


def field_fault(code: str) -> str:
    """What is wrong with a detail of a paper."""
    return {
        "read_again_first": _("An old ledger is read in another way: choose “Read again as” instead"),
        "in_future": _("The day is still to come"),
    }.get(code, _("This choice is not there any more; choose another"))


def refused_state(code: str) -> str:
    """Why something cannot be done with a paper or feedback as it now stands."""
    return {
        "details_are_closed": _("It is being read or was entered; its details cannot be changed now."),
        "already_issued": _("It was issued already."),
        "is_a_ledger": _("An old ledger is entered from its own page."),
    }.get(code, _("Somebody was quicker: it is in another state now."))


def paper_round(round: Any) -> str:
    """The round of a paper; empty without one."""
    return round_name(round) if round is not None else ""
