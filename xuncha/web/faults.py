"""Forms whose actions say by code what they could not use: the sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

# What an action says of a field, in words.
_FAULTS: Final[Mapping[str, Any]] = {
    "required": _("Please fill this in."),
    "too_long": _("This is too long; please shorten it."),
    "ends_before_it_starts": _("The end lies before the beginning; please correct one of them."),
    "feedback_before_it_starts": _("Feedback cannot be given before the round begins."),
    "term_exists": _("This term exists already; please open it in the list."),
    "round_exists": _("The term has a round of this number already; please choose the next number."),
    "number_is_in_use": _("This number stands in the numbers of findings and cannot be changed."),
    "name_taken": _("Another unit has this name; please choose one that tells them apart."),
    "short_name_taken": _("Another unit has this short name; please choose one that tells them apart."),
    "parent_is_below": _("A unit cannot be put under one of its own; please choose another unit above it."),
    "parent_is_gone": _("The unit above was merged or abolished; please choose one that exists."),
    "same_unit": _("A unit cannot be merged with itself; please choose another."),
    "unknown_unit": _("This unit is merged or abolished; please choose one that exists."),
    "unknown_sector": _("This sector is not in the list; please choose one of it."),
    "too_much_time": _("This is more than ten years; please correct the amount or the unit."),
    "no_time": _("A time in working days or months is at least 1."),
    "period_has_its_base": _("The concentrated period runs from the handing over; other deadlines run from its end."),
    "period_is_needed": _("The concentrated period stays in use; other deadlines run from its end."),
    "alert_needs_a_word": _("Please give the warning a word of at most 20 signs."),
    "alert_needs_a_colour": _("Please choose a colour of the list."),
    "alert_needs_somebody": _("Please choose who is told."),
    "alert_too_far": _("Please give a number of days between -366 and 366."),
    "alert_twice": _("Two warnings begin on the same day; please change or clear one of them."),
    "no_work": _("At least one weekday must be one of work."),
    "in_future": _("This day has not come yet; please correct it."),
    "before_handing": _("This lies before the feedback was handed over; please correct it."),
    "choose_a_unit": _("Please tick at least one unit."),
    "no_recipient": _("One of the units is no recipient of this feedback; please look again."),
    "choose_an_answer": _("Please choose one of the answers."),
    "choose_answers": _("Please answer for at least one finding, and for 500 at most."),
    "choose_items": _("Please choose at least one item, and 200 at most."),
    "choose_reports": _("Please report on at least one measure, and on 500 at most."),
    "choose_parts": _("Please choose at least one row, and 500 at most."),
    "own_manifestations_needed": _("Please write what of this finding is your unit's own."),
    "reasons_needed": _("Please write the reasons: the objection, how it was checked, or why it is not yours."),
    "not_a_code": _("Please use letters, digits, hyphens and underscores only."),
    "code_taken": _("This code is taken; please choose another."),
    "unusable": _("Letters, digits, dot and hyphen only, and not empty, please."),
    "taken": _("This account exists already; please choose another."),
    "unknown": _("This is not in the list; please choose one of it."),
    "needed": _("This role is for a unit; please choose it."),
    "not_for_this_role": _("This role is for the whole office; please leave the unit empty."),
    "inspects_it": _("This person must keep apart from the unit; please ask the inspection office first."),
    "comes_with_the_team": _("This role comes and goes with the team of a round; the office sees to that."),
    "administers_already": _("The three administrators are three persons; this one is another of them already."),
    "administrators_see_no_business": _(
        "An administrator holds no other role. Please withdraw the one, or open an account of its own for the other."
    ),
    "before_since": _("The last day lies before the first; please correct one of them."),
    "in_the_past": _("What is past cannot be taken back; please choose today or later."),
    "after_its_end": _("The role ends before that day already."),
    "out_of_range": _("The number is too small or too large; please correct it."),
    "team_exists": _("The round has a team of this name already; please choose another."),
    "unknown_position": _("There is no such position in a team; please choose one of the list."),
    "account_is_closed": _("This account is closed; please choose another person."),
    "in_another_team": _("This person is in another team of the round on these days; please withdraw that one first."),
    "appointed_already": _("This person holds this position in the team on these days already."),
    "has_a_head": _("The team has a head on these days; please withdraw that one first, or choose other days."),
    "kept_off_a_unit": _("This person acts for a unit of the team or keeps off it; please choose another."),
    "member_is_kept_off": _("Somebody of the team acts for one of these units or keeps off it; please choose others."),
    "not_of_the_round": _("One of these units is not inspected in the round; please choose from the list."),
    "recusal_exists": _("From this unit a recusal waits or stands already."),
    "lies_behind": _("This day lies behind; please choose today or later."),
    "not_for_a_rejection": _("What is rejected has no last day; please leave it empty."),
    "too_far": _("This day lies more than a year away; please correct it."),
    "not_later": _("The new date lies after today and after the one that holds; please choose a later day."),
    "not_while_open": _("The clock can stand from the day the item was opened until today; please choose such a day."),
    "not_while_it_stood": _("Please choose a day between the one since when the clock stands and today."),
    "one_unit_a_letter": _("A letter goes to one unit; please choose items of one."),
    "choose_bare_items": _("Please choose at least one finding that has no measure yet."),
    "choose_a_verdict": _("Please choose whether your party agrees or returns it."),
    "say_what_to_change": _("Please say what is to be changed."),
    "not_in_the_text": _("These words do not stand in the passage; select them there, or leave this empty."),
    "choose_parties": _("Please name at least one party, and nine at most."),
    "unknown_category": _("This category is not in the scheme; please choose one of it."),
}


def fault_words(code: str) -> Any:
    """The sentence for a fault of an action."""
    return _FAULTS.get(code, _("This cannot be used; please correct it."))


class DateInput(forms.DateInput):
    """A day, chosen in the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class Form(forms.Form):
    """A form that takes over what an action could not use, beside the fields it is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = fault_words("required")

    def take_faults(self, faults: Mapping[str, str]) -> None:
        """Show beside its field what an action could not use."""
        for name, code in faults.items():
            self.add_error(name if name in self.fields else None, fault_words(code))
