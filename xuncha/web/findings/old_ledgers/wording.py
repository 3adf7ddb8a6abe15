"""The words for fields, reasons, faults and refusals of old ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from xuncha.extraction.ledger import old
from xuncha.security.errors import Conflict, IllegalTransition, Invalid, Refused
from xuncha.web.language import is_chinese

FIELDS: Final = {
    "ignore": _("(not taken)"),
    "finding": _("Finding"),
    "manifestations": _("Facts"),
    "unit": _("Unit"),
    "round": _("Round"),
    "category": _("Category"),
    "number": _("Number in the file"),
    "nature": _("Common or individual"),
    "origin": _("Legacy or emerging"),
    "severity": _("Severity"),
    "immediate": _("Put right at once"),
    "measure": _("Measures in the file"),
    "leader": _("Leader as stated"),
    "department": _("Department as stated"),
    "person": _("Person as stated"),
    "due": _("Due date as stated"),
    "status": _("Status in the file"),
    "progress_text": _("Progress as stated"),
    "evidence": _("Evidence as stated"),
    "feedback_date": _("Fed back on"),
    "group": _("Heading of the group"),
    "remark": _("Remark"),
}
REASONS: Final = {
    "header": _("named by its head"),
    "content": _("head and cells agree"),
    "cells": _("its cells say so"),
    "longest": _("the longest words"),
    "double": _("another column holds this"),
    "unknown": _("not recognised"),
    "empty": _("empty column"),
    "mapping": _("from the saved mapping"),
    "chosen": _("chosen by a person"),
}
NOT_TAKEN: Final = {
    "empty": _("it is empty"),
    "faults": _("it is the list of faults that this system added"),
    "groups": _("it holds headings, no findings"),
    "requirements": _("it holds demands, no findings"),
    "facts": _("it holds facts of the paper, no findings"),
    "hidden": _("it is hidden in the file"),
    "other": _("it does not look like a list of findings"),
}
SKIPPED: Final = {
    "blank": _("says nothing of a finding"),
    "total": _("adds up others"),
    "note": _("belongs to the form"),
    "head": _("repeats the head"),
    "group": _("heading of a group, kept with its rows"),
}
FAULTS: Final = {
    "no_statement": _("no finding"),
    "unknown_unit": _("unit not known"),
    "no_unit": _("no unit"),
    "unknown_category": _("category not known"),
    "unknown_round": _("round not known"),
    "no_round": _("no round"),
    "no_date": _("no date"),
    "unknown_status": _("status not understood"),
    "unknown_nature": _("neither common nor individual"),
    "unknown_origin": _("neither legacy nor emerging"),
    "unknown_severity": _("severity not understood"),
    "not_yes_or_no": _("neither yes nor no"),
    "formula_error": _("formula without a value"),
    "too_long": _("too long"),
    "repeated": _("repeated in the file"),
    "like_row": _("much like another row"),
}
DECISIONS: Final = {
    "add": _("Add as new"),
    "update": _("Add what is stated"),
    "skip": _("Leave out"),
}
KINDS: Final = {"unit": _("Units"), "category": _("Categories"), "round": _("Rounds")}


def fault_words(fault: Mapping[str, Any]) -> str:
    """A fault in one sentence: sheet, row, column, what was found, what is expected."""
    return old.sentence(old.Fault.of_json(fault), english=not is_chinese())


def column_problem(code: str, letters: tuple[str, ...]) -> str:
    """Why the columns of a sheet cannot be used so."""
    said = "、".join(letters) if is_chinese() else ", ".join(letters)
    if code == "no_finding":
        return gettext("Say which column holds the findings, or do not take this sheet.")
    if code == "twice":
        return gettext("Columns %(columns)s hold the same field; only one of them can.") % {"columns": said}
    return gettext("Column %(columns)s cannot be used so; choose again.") % {"columns": said}


def refusal(refused: Refused) -> str:
    """Why something was not done, and what to do."""
    if isinstance(refused, Conflict):
        return gettext("Somebody else changed this meanwhile. You see it as it is now; look at it and decide again.")
    if isinstance(refused, IllegalTransition):
        return gettext("This file is not waiting for that any more. You see where it stands now.")
    words = {
        "nothing_to_enter": gettext("No row is to be entered: all have serious faults or are left out."),
        "mapping_name": gettext("Give the mapping a name of at most 60 characters."),
        "unknown_key": gettext("A unit, category or round that you chose is not there any more. Choose again."),
        "unknown_decision": gettext("Choose what to do with the rows."),
        "wrong_type": gettext("Only an xlsx, xls or csv file can take the place of this ledger. Save it as such."),
        "same_file": gettext("This is the same file, unchanged. Correct its cells, save it, and send it again."),
        "file_empty": gettext("The file is empty. Choose another."),
        "secrecy_marked": gettext("It is marked as a state secret and was not kept."),
        "active_content": gettext("It holds a program, a script or macros and was not kept."),
        "wrong_content": gettext("Its content is not what its name says."),
        "disk_full": gettext("The file could not be kept: the disk is full. Tell the administrator."),
    }
    if isinstance(refused, Invalid) and refused.code == "file_too_large":
        limit = int(refused.data.get("limit", 0)) // (1024 * 1024)
        return gettext("The file is larger than %(limit)d MB. Split it and send the parts.") % {"limit": limit}
    return words.get(refused.code, gettext("This could not be done. Look at the page again."))
