"""What people do with clients, orders and loans: every act of this room, from one door."""

from loans.clients.actions import change_client, record_death, register_client
from loans.lending.actions import (
    ask_back,
    begin,
    cancel_ask,
    end,
    end_together,
    hand_over,
    issue_consumable,
)
from loans.orders.actions import (
    add_line,
    approve,
    cancel,
    change_order,
    place,
    remove_line,
    send_back,
    start_order,
)
from loans.orders.allocation import allocate, allocate_all, allocate_waiting, let_go

__all__ = [
    "add_line",
    "allocate",
    "allocate_all",
    "allocate_waiting",
    "approve",
    "ask_back",
    "begin",
    "cancel",
    "cancel_ask",
    "change_client",
    "change_order",
    "end",
    "end_together",
    "hand_over",
    "issue_consumable",
    "let_go",
    "place",
    "record_death",
    "register_client",
    "remove_line",
    "send_back",
    "start_order",
]
