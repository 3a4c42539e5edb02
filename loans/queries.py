"""Every read of clients, orders and loans, from one door. The viewer is always asked for."""

from loans.clients.queries import client_by_code, clients_matching
from loans.lending.queries import (
    loan_by_code,
    loans_asked_back,
    loans_of,
    open_loan_of,
    shares_of,
)
from loans.orders.queries import (
    earliest_promise,
    line_of_item,
    oldest_waiting_since,
    order_by_code,
    orders_of,
    orders_to_deliver,
    orders_waiting,
)

__all__ = [
    "client_by_code",
    "clients_matching",
    "earliest_promise",
    "line_of_item",
    "loan_by_code",
    "loans_asked_back",
    "loans_of",
    "oldest_waiting_since",
    "open_loan_of",
    "order_by_code",
    "orders_of",
    "orders_to_deliver",
    "orders_waiting",
    "shares_of",
]
