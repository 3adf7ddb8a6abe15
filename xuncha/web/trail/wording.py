"""Words of the trail: acts, kinds of objects, fields, ways in; and what of an entry may be shown to its reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from xuncha.security.roles import Role
from xuncha.web.findings.finding import wording as finding
from xuncha.web.rectification.plans import wording as plans

ACTS: Final[Mapping[str, Any]] = {
    "sign_in": pgettext_lazy("trail", "Sign-in"),
    "sign_out": pgettext_lazy("trail", "Sign-out"),
    "fail_sign_in": pgettext_lazy("trail", "Sign-in failed"),
    "refuse_sign_in": pgettext_lazy("trail", "Sign-in refused"),
    "refuse": pgettext_lazy("trail", "Refused"),
    "enter_room": pgettext_lazy("trail", "Room entered"),
    "download": pgettext_lazy("trail", "File taken out"),
    "export_findings": pgettext_lazy("trail", "Ledger exported"),
    "export_trail": pgettext_lazy("trail", "Trail exported"),
    "check_trail": pgettext_lazy("trail", "Check of the trail"),
    "sign_anchor": pgettext_lazy("trail", "Anchor signed"),
    "add_account": pgettext_lazy("trail", "Account made"),
    "open_account": pgettext_lazy("trail", "Account opened again"),
    "close_account": pgettext_lazy("trail", "Account closed"),
    "set_password": pgettext_lazy("trail", "Password set"),
    "change_password": pgettext_lazy("trail", "Password changed"),
    "lock_out": pgettext_lazy("trail", "Locked out"),
    "unlock_account": pgettext_lazy("trail", "Account unlocked"),
    "time_out": pgettext_lazy("trail", "Session timed out"),
    "end_session": pgettext_lazy("trail", "Session ended"),
    "end_sessions": pgettext_lazy("trail", "Sessions ended"),
    "back_up": pgettext_lazy("trail", "Backup made"),
    "restore_backup": pgettext_lazy("trail", "Backup restored"),
    "choose_language": pgettext_lazy("trail", "Language chosen"),
    "add_token": pgettext_lazy("trail", "Token issued"),
    "revoke_token": pgettext_lazy("trail", "Token revoked"),
    "grant_role": pgettext_lazy("trail", "Role granted"),
    "withdraw_role": pgettext_lazy("trail", "Role withdrawn"),
    "end_grants": pgettext_lazy("trail", "Roles taken back"),
    "settle_team_roles": pgettext_lazy("trail", "Roles of a team settled"),
    "exclude": pgettext_lazy("trail", "Excluded by recusal"),
    "lift_exclusion": pgettext_lazy("trail", "Exclusion lifted"),
    "ask_to_open": pgettext_lazy("trail", "Opening asked for"),
    "approve_opening": pgettext_lazy("trail", "Opening approved"),
    "refuse_opening": pgettext_lazy("trail", "Opening refused"),
    "withdraw_opening": pgettext_lazy("trail", "Opening given up"),
    "open_sealed": pgettext_lazy("trail", "Seal opened"),
    "fail_to_open": pgettext_lazy("trail", "Seal could not be opened"),
    "set_opening_rule": pgettext_lazy("trail", "Rule of openings set"),
    "set_retention_rule": pgettext_lazy("trail", "Term of retention set"),
    "place_hold": pgettext_lazy("trail", "Held back from destruction"),
    "lift_hold": pgettext_lazy("trail", "Hold lifted"),
    "propose_destruction": pgettext_lazy("trail", "Destruction proposed"),
    "confirm_destruction": pgettext_lazy("trail", "Destruction confirmed"),
    "approve_destruction": pgettext_lazy("trail", "Destruction approved"),
    "refuse_destruction": pgettext_lazy("trail", "Destruction refused"),
    "withdraw_destruction": pgettext_lazy("trail", "Destruction withdrawn"),
    "destroy": pgettext_lazy("trail", "Destroyed"),
    "certify_destruction": pgettext_lazy("trail", "Destruction certified"),
    "add_sealed_note": pgettext_lazy("trail", "Sealed note added"),
    "refuse_file": pgettext_lazy("trail", "File refused"),
    "open_feedback": pgettext_lazy("trail", "Feedback begun"),
    "rotate_keys": pgettext_lazy("trail", "Keys rotated"),
    "add_factor": pgettext_lazy("trail", "Second factor added"),
    "remove_factor": pgettext_lazy("trail", "Second factor removed"),
    "reset_factors": pgettext_lazy("trail", "Second factors reset"),
    "renew_recovery_codes": pgettext_lazy("trail", "Recovery codes renewed"),
    "upload_paper": pgettext_lazy("trail", "Paper uploaded"),
    "unpack_archive": pgettext_lazy("trail", "Archive unpacked"),
    "read_paper": pgettext_lazy("trail", "Paper read"),
    "fail_paper": pgettext_lazy("trail", "Paper not readable"),
    "read_again_paper": pgettext_lazy("trail", "Paper read again"),
    "describe_paper": pgettext_lazy("trail", "Paper's details changed"),
    "discard_paper": pgettext_lazy("trail", "Paper discarded"),
    "restore_paper": pgettext_lazy("trail", "Paper taken back"),
    "add_stated": pgettext_lazy("trail", "Statement added in review"),
    "settle_columns": pgettext_lazy("trail", "Columns settled"),
    "save_mapping": pgettext_lazy("trail", "Mapping kept"),
    "assign_names": pgettext_lazy("trail", "Names assigned"),
    "decide_rows": pgettext_lazy("trail", "Rows decided"),
    "correct_file": pgettext_lazy("trail", "File replaced by a corrected one"),
    "enter_paper": pgettext_lazy("trail", "Paper entered"),
    "import_ledger": pgettext_lazy("trail", "Old ledger entered"),
    "enter_feedback": pgettext_lazy("trail", "Feedback entered"),
    "put_into_feedback": pgettext_lazy("trail", "Put into feedback"),
    "choose_recipients": pgettext_lazy("trail", "Recipients chosen"),
    "issue_feedback": pgettext_lazy("trail", "Fed back"),
    "add_finding": pgettext_lazy("trail", "Finding added"),
    "edit_finding": pgettext_lazy("trail", "Finding edited"),
    "edit_findings": pgettext_lazy("trail", "Findings edited in bulk"),
    "withdraw_finding": pgettext_lazy("trail", "Finding withdrawn"),
    "restore_finding": pgettext_lazy("trail", "Finding restored"),
    "address_finding": pgettext_lazy("trail", "Finding addressed"),
    "attribute_finding": pgettext_lazy("trail", "Attribution noted"),
    "split_finding": pgettext_lazy("trail", "Finding split"),
    "merge_findings": pgettext_lazy("trail", "Findings merged"),
    "recode_findings": pgettext_lazy("trail", "Findings recoded"),
    "undo": pgettext_lazy("trail", "Undone"),
    "add_term": pgettext_lazy("trail", "Term opened"),
    "edit_term": pgettext_lazy("trail", "Term edited"),
    "add_round": pgettext_lazy("trail", "Round planned"),
    "edit_round": pgettext_lazy("trail", "Round edited"),
    "choose_units": pgettext_lazy("trail", "Units of a round chosen"),
    "form_team": pgettext_lazy("trail", "Team formed"),
    "rename_team": pgettext_lazy("trail", "Team renamed"),
    "appoint_member": pgettext_lazy("trail", "Appointed to a team"),
    "withdraw_member": pgettext_lazy("trail", "Withdrawn from a team"),
    "assign_units": pgettext_lazy("trail", "Units assigned to a team"),
    "declare_recusal": pgettext_lazy("trail", "Recusal declared"),
    "object_to_member": pgettext_lazy("trail", "Recusal of another asked for"),
    "decide_recusal": pgettext_lazy("trail", "Recusal decided"),
    "end_recusal": pgettext_lazy("trail", "Recusal ended"),
    "add_unit": pgettext_lazy("trail", "Unit added"),
    "edit_unit": pgettext_lazy("trail", "Unit edited"),
    "rename_unit": pgettext_lazy("trail", "Unit renamed"),
    "move_unit": pgettext_lazy("trail", "Unit moved"),
    "merge_unit": pgettext_lazy("trail", "Unit merged"),
    "absorb_unit": pgettext_lazy("trail", "Unit took over another"),
    "abolish_unit": pgettext_lazy("trail", "Unit abolished"),
    "release_unit": pgettext_lazy("trail", "Unit parted again"),
    "restore_unit": pgettext_lazy("trail", "Unit restored"),
    "edit_office": pgettext_lazy("trail", "Office's details changed"),
    "add_scheme": pgettext_lazy("trail", "Scheme added"),
    "edit_scheme": pgettext_lazy("trail", "Scheme edited"),
    "lead_scheme": pgettext_lazy("trail", "Leading scheme changed"),
    "retire_scheme": pgettext_lazy("trail", "Scheme retired"),
    "change_calendar": pgettext_lazy("trail", "Calendar changed"),
    "add_deadline_rule": pgettext_lazy("trail", "Deadline added"),
    "edit_deadline_rule": pgettext_lazy("trail", "Deadline changed"),
    "move_due_dates": pgettext_lazy("trail", "Due dates moved"),
    "set_round_times": pgettext_lazy("trail", "Times of a round set"),
    "hand_over_feedback": pgettext_lazy("trail", "Feedback handed over"),
    "record_duty": pgettext_lazy("trail", "Duty reported"),
    "answer_claims": pgettext_lazy("trail", "Finding answered for"),
    "accept_claims": pgettext_lazy("trail", "Answer accepted"),
    "question_claims": pgettext_lazy("trail", "Asked again"),
    "rule_claims": pgettext_lazy("trail", "Claim ruled on"),
    **plans.ACTS,
    "report_progress": pgettext_lazy("trail", "Progress reported"),
    "add_evidence": pgettext_lazy("trail", "Evidence put in"),
    "apply_for_closure": pgettext_lazy("trail", "Closure applied for"),
    "withdraw_application": pgettext_lazy("trail", "Application withdrawn"),
    "verify_items": pgettext_lazy("trail", "Item verified"),
    "return_items": pgettext_lazy("trail", "Item returned"),
    "keep_tracking": pgettext_lazy("trail", "Item kept under tracking"),
    "close_items": pgettext_lazy("trail", "Item closed"),
    "reopen_items": pgettext_lazy("trail", "Item reopened"),
    "demand_site_check": pgettext_lazy("trail", "Check on the spot demanded"),
    "record_site_check": pgettext_lazy("trail", "Check on the spot recorded"),
    "note_flag": pgettext_lazy("trail", "Sign of paper only noted"),
    "drop_evidence": pgettext_lazy("trail", "Evidence taken away"),
    "ask_for_time": pgettext_lazy("trail", "More time asked for"),
    "grant_time": pgettext_lazy("trail", "More time granted"),
    "refuse_time": pgettext_lazy("trail", "More time refused"),
    "withdraw_time": pgettext_lazy("trail", "Request for time withdrawn"),
    "resume_time": pgettext_lazy("trail", "Clock let run again"),
    "send_letter": pgettext_lazy("trail", "Letter sent to a unit"),
    "reply_to_letter": pgettext_lazy("trail", "Letter answered"),
    "freeze_figures": pgettext_lazy("trail", "Numbers frozen"),
    "draw_look_back": pgettext_lazy("trail", "Items drawn for look-back"),
    "record_look_back": pgettext_lazy("trail", "Look-back recorded"),
}

KINDS: Final[Mapping[str, Any]] = {
    "security.user": lazy("Account"),
    "security.door": lazy("Sign-in page"),
    "security.openingrequest": lazy("Request to open"),
    "security.destruction": lazy("Destruction"),
    "security.hold": lazy("Hold"),
    "security.retentionrule": lazy("Term of retention"),
    "security.openingrule": lazy("Rule of openings"),
    "security.keys": lazy("Keys"),
    "security.trailcheck": lazy("Check of the trail"),
    "findings.paper": lazy("Paper"),
    "findings.finding": lazy("Finding"),
    "findings.feedback": lazy("Feedback"),
    "findings.columnmapping": lazy("Column mapping"),
    "rounds.term": lazy("Term"),
    "rounds.round": lazy("Round"),
    "rounds.team": lazy("Team"),
    "rounds.membership": lazy("Membership of a team"),
    "rounds.recusal": lazy("Recusal"),
    "organisation.unit": lazy("Unit"),
    "rulebook.sector": lazy("Sector"),
    "rulebook.scheme": lazy("Scheme"),
    "rulebook.category": lazy("Category"),
    "rulebook.office": lazy("Office"),
    "rulebook.workweek": lazy("Working days"),
    "rulebook.holiday": lazy("Holiday"),
    "rulebook.deadlinerule": lazy("Deadline"),
    "rectification.handingover": lazy("Handing over"),
    "rectification.duty": lazy("Duty"),
    "rectification.claim": lazy("Claim"),
    "rectification.rectification": lazy("Item to put right"),
    "rectification.measure": lazy("Measure"),
    "rectification.paperflag": lazy("Sign of paper only"),
    "rectification.evidence": lazy("Evidence"),
    "rectification.reviewrule": lazy("Rule of the joint review"),
    "rectification.plan": lazy("Rectification plan"),
    "rectification.clockrequest": lazy("Request for time"),
    "rectification.letter": lazy("Letter to a unit"),
    "rectification.snapshot": lazy("Snapshot of numbers"),
    "rectification.lookback": lazy("Looking back"),
    "rectification.lookedback": lazy("Item looked back on"),
}

WAYS: Final[Mapping[str, Any]] = {
    "web": lazy("Page"),
    "api": lazy("Interface"),
    "command": lazy("Command line"),
    "service": lazy("Service"),
}

FIELDS: Final[Mapping[str, Any]] = {
    "account": lazy("Account as typed"),
    "factors": lazy("Second factors"),
    "locks": lazy("Locks"),
    "sessions": lazy("Sessions"),
    "wrapped": lazy("Keys wrapped anew"),
    "address": lazy("Network address"),
    "alerts": lazy("Warnings"),
    "amount": lazy("Time allowed"),
    "base": lazy("Runs from"),
    "code": lazy("Code"),
    "day": lazy("Day"),
    **plans.TOLD,
    "item": lazy("Item"),
    "words": lazy("Reasons"),
    "own_times": lazy("Times of this round"),
    "said": lazy("Own answer"),
    "ruling": lazy("Ruling"),
    "review": lazy("The office's word"),
    "manifestations": lazy("Own manifestations"),
    "received_by": lazy("Received by"),
    "proof": lazy("Proof"),
    "progress": pgettext_lazy("of an item", "Progress"),
    "on": lazy("As of"),
    "rules_made": lazy("Rules made"),
    "recovered_fen": lazy("Money recovered, in fen"),
    "people": lazy("People dealt with"),
    "closure": lazy("Closure"),
    "closure_number": lazy("Closure number"),
    "closed_on": lazy("Closed on"),
    "measures": lazy("Measures"),
    "needs_site_check": lazy("To be looked at on the spot"),
    "who": lazy("Who looked"),
    "outcome": lazy("What was noted"),
    "dated_on": lazy("Date the material bears"),
    "sha256": lazy("Digest of the file"),
    "size": lazy("Bytes"),
    "meeting": lazy("Meeting"),
    "handed_on": lazy("Handed over"),
    "due_dates": lazy("Due dates"),
    "done_on": lazy("Done on"),
    "documents": lazy("Documents"),
    "days": lazy("Days"),
    "from_next_day": lazy("The first day"),
    "is_off": lazy("Off"),
    "name_en": lazy("English name"),
    "on_rest": lazy("A last day of rest"),
    "rest_weekdays": lazy("Weekdays of rest"),
    "source": lazy("Source"),
    "batch": lazy("One act"),
    "act": lazy("Attempted act"),
    "approved_by": lazy("Approved by"),
    "before": pgettext_lazy("a day", "Before"),
    "bytes": lazy("Bytes"),
    "columns": lazy("Columns"),
    "count": lazy("Entries"),
    "expires_on": lazy("Valid until"),
    "factor": lazy("Proved by"),
    "file": lazy("File"),
    "form": lazy("Format"),
    "is_active": lazy("Active"),
    "key": lazy("Number of the object"),
    "kind": lazy("Kind of object"),
    "language": lazy("Language"),
    "digest": lazy("Digest"),
    "event": lazy("Counted from"),
    "files": lazy("Stored files"),
    "hours": lazy("Hours"),
    "name": lazy("Name"),
    "number": lazy("Number"),
    "opening": lazy("Opening"),
    "openings": lazy("Openings allowed"),
    "sealed": lazy("Sealed value"),
    "person": pgettext_lazy("trail", "Person"),
    "place": lazy("Address of the page"),
    "object": lazy("Object"),
    "record": lazy("Kind of record"),
    "refused": lazy("Refused only"),
    "round": lazy("Round"),
    "team": lazy("Team"),
    "user": pgettext_lazy("team", "Person"),
    "position": lazy("Position in the team"),
    "ground": lazy("Ground"),
    "recusal": lazy("Recusal"),
    "roles": lazy("Roles"),
    "role": lazy("Role"),
    "scope": lazy("Scope"),
    "seconds": lazy("Seconds"),
    "seq": lazy("Entry"),
    "since": lazy("From"),
    "unit": lazy("Unit"),
    "until": lazy("Until"),
    "username": lazy("Account"),
    "way": lazy("Way in"),
    "years": lazy("Years"),
    "added": pgettext_lazy("field of the trail", "Added"),
    "aliases": pgettext_lazy("field of the trail", "Other names"),
    "already_fed_back": pgettext_lazy("field of the trail", "Fed back already"),
    "answer": pgettext_lazy("field of the trail", "Answer"),
    "assigned": pgettext_lazy("field of the trail", "Names assigned"),
    "became_id": pgettext_lazy("field of the trail", "Taken over by"),
    "because": pgettext_lazy("field of the trail", "Why"),
    "decision": pgettext_lazy("field of the trail", "Decision"),
    "demand": pgettext_lazy("field of the trail", "Demand"),
    "device": pgettext_lazy("field of the trail", "Browser"),
    "drafts": pgettext_lazy("field of the trail", "Drafts"),
    "ends_on": pgettext_lazy("field of the trail", "Last day"),
    "error": pgettext_lazy("field of the trail", "What went wrong"),
    "faults": pgettext_lazy("field of the trail", "What could not be used"),
    "feedback_on": pgettext_lazy("field of the trail", "Day of feedback"),
    "given_on": pgettext_lazy("field of the trail", "Fed back on"),
    "group": pgettext_lazy("field of the trail", "Group"),
    "is_issued": pgettext_lazy("field of the trail", "Fed back"),
    "is_leading": pgettext_lazy("field of the trail", "Leads"),
    "issued_at": pgettext_lazy("field of the trail", "Fed back at"),
    "left_out": pgettext_lazy("field of the trail", "Left out"),
    "letter": pgettext_lazy("field of the trail", "Letter"),
    "mapping": pgettext_lazy("field of the trail", "Columns"),
    "master": pgettext_lazy("field of the trail", "Master key"),
    "merged_into_id": pgettext_lazy("field of the trail", "Merged into"),
    "old_due": pgettext_lazy("field of the trail", "Due before"),
    "wanted_due": pgettext_lazy("field of the trail", "Date wanted"),
    "new_due": pgettext_lazy("field of the trail", "Due from now on"),
    "due_by": pgettext_lazy("field of the trail", "Whence the due date"),
    "suspended_on": pgettext_lazy("field of the trail", "Clock stands since"),
    "resumed_on": pgettext_lazy("field of the trail", "Clock runs again from"),
    "order": pgettext_lazy("field of the trail", "Order"),
    "papers": pgettext_lazy("field of the trail", "Papers"),
    "parent_id": pgettext_lazy("field of the trail", "Unit above"),
    "q": pgettext_lazy("field of the trail", "Words searched for"),
    "recipients": pgettext_lazy("field of the trail", "Recipients"),
    "reply_by": pgettext_lazy("field of the trail", "Reply by"),
    "requirements": pgettext_lazy("field of the trail", "Demands"),
    "retired_on": pgettext_lazy("field of the trail", "Retired on"),
    "rows": pgettext_lazy("field of the trail", "Rows"),
    "sector_id": pgettext_lazy("field of the trail", "Sector"),
    "short_name": pgettext_lazy("field of the trail", "Short name"),
    "show": pgettext_lazy("field of the trail", "Rows shown"),
    "starts_on": pgettext_lazy("field of the trail", "First day"),
    "step": pgettext_lazy("field of the trail", "Step"),
    "title": pgettext_lazy("field of the trail", "Title"),
    "unreadable": pgettext_lazy("field of the trail", "Unreadable"),
    "updated": pgettext_lazy("field of the trail", "Filled in"),
    "feedback": pgettext_lazy("field of the trail", "Feedback"),
    "status": pgettext_lazy("field of the trail", "Status"),
    "draft": pgettext_lazy("field of the trail", "Draft"),
    "note": pgettext_lazy("field of the trail", "Note"),
    "text": pgettext_lazy("field of the trail", "Words"),
    "valid_to": pgettext_lazy("field of the trail", "Last day"),
    "valid_from": pgettext_lazy("field of the trail", "First day"),
    "sheet": pgettext_lazy("field of the trail", "Sheet"),
    "row": pgettext_lazy("field of the trail", "Row"),
    "after": pgettext_lazy("a day", "After"),
}

ROLES: Final = dict(Role.choices)

# Of acts on an account that speak of the ledger only these fields are shown.
_OF_BUSINESS: Final[Mapping[str, frozenset[str]]] = {
    "export_findings": frozenset({"form", "columns", "count"}),
    "download": frozenset({"file", "form", "bytes"}),
}
_SECURITY: Final = "security."


def act(code: str) -> str:
    """What an act is called; one not known here by its code."""
    return str(ACTS.get(code, code))


def kind(code: str) -> str:
    """What a kind of object is called."""
    return str(KINDS.get(code, code))


def role(code: str) -> str:
    """What a role is called."""
    return str(ROLES.get(code, code))


def way(code: str) -> str:
    """The way in."""
    return str(WAYS.get(code, code))


def field(name: str) -> str:
    """A field's name."""
    return str(FIELDS.get(name) or finding.FIELDS.get(name) or name)


def shows_value(kind: str, act: str, name: str) -> bool:
    """Whether the reader sees what was in a field: of accounts and rights yes, of the office's business never."""
    allowed = _OF_BUSINESS.get(act)
    return name in allowed if allowed is not None else kind.startswith(_SECURITY)


def shows_reason(kind: str, act: str) -> bool:
    """Whether the reader sees the reason in words."""
    return act not in _OF_BUSINESS and kind.startswith(_SECURITY)


def value(name: str, told: Any) -> str:
    """A value in words; empty for none."""
    if told is None or told == "" or told == []:
        return ""
    if isinstance(told, bool):
        return _("Yes") if told else _("No")
    if name == "role" and told == "all":
        return _("All roles")
    if name == "role":
        return role(str(told))
    if name == "act":
        return act(str(told))
    if isinstance(told, list):
        return finding.listed(value(name, part) for part in told)
    if isinstance(told, dict):
        return " ".join(f"{field(part)} {words}" for part, said in told.items() if (words := value(part, said)))
    return str(told)
