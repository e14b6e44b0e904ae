"""What the states of a deposit and the lines of its ledger are called in the console."""

from collections.abc import Mapping

from bot.web.staff.words import N_

STATE_NAMES: Mapping[str, str] = {
    "ordered": N_("To be paid"),
    "reported": N_("To be checked"),
    "confirmed": N_("Confirmed"),
    "refunded": N_("Refunded"),
    "expired": N_("Time over"),
    "cancelled": N_("Withdrawn"),
}
LINE_NAMES: Mapping[str, str] = {
    "ordered": N_("Asked for"),
    "reported": N_("The applicant says it is paid"),
    "confirmed": N_("Confirmed"),
    "refused": N_("Payment not found"),
    "refunded": N_("Refunded"),
    "late": N_("Came too late"),
    "expired": N_("Time over"),
    "cancelled": N_("Withdrawn"),
}
