"""Pages of this room: clients, orders, loans."""

import loans.approval.views
import loans.clients.views
import loans.lending.views
import loans.orders.views
import loans.shortages.views
import loans.storage.views
from loans.blueprint import bp

__all__ = ["bp", "loans"]
