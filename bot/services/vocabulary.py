"""What flows may name: the events others answer with; actions come from the services."""

EVENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "decision": (("approved", "refused"), ("reason",)),
    "deposit": (("confirmed", "refused", "expired", "released"), ("reason",)),
    "waiting_list": (("offered", "over"), ("flat", "until", "reason")),
}
"""Every event a step may await: its outcomes, and the facts they may show."""
