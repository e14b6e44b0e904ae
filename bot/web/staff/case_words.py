"""What the states of a case and the things that happen to it are called in the console."""

from collections.abc import Mapping

from bot.web.staff.words import N_

STATE_NAMES: Mapping[str, str] = {
    "submitted": N_("To be decided"),
    "asked": N_("Asked again"),
    "approved": N_("Approved"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn"),
}
EVENT_NAMES: Mapping[str, str] = {
    "submitted": N_("Handed in"),
    "assigned": N_("Assigned"),
    "noted": N_("Note"),
    "messaged": N_("Message to the applicant"),
    "asked": N_("Asked again"),
    "answered": N_("Answered again"),
    "approved": N_("Approved"),
    "refused": N_("Refused"),
    "withdrawn": N_("Withdrawn by the applicant"),
    "replaced": N_("Earlier papers are kept to compare"),
    "joined": N_("On the waiting list"),
    "offered": N_("A flat is offered"),
    "offer_ended": N_("The offer is over"),
    "flat_held": N_("A flat is held"),
    "hold_ended": N_("The hold is over"),
    "deposit_ordered": N_("Deposit asked for"),
    "receipt": N_("The applicant says it is paid"),
    "deposit_confirmed": N_("Deposit confirmed"),
    "deposit_refused": N_("Payment not found"),
    "deposit_refunded": N_("Deposit refunded"),
}
WHO_NAMES: Mapping[str, str] = {"contact": N_("applicant"), "clock": N_("by itself")}
"""Who did something, where it was no member of staff."""
