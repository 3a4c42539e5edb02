"""The rows of the board's page counted by plain SQL: what no page over them can be quicker than."""

_LENDABLE = """join product p on p.id = l.product_id
where not (p.single_patient or p.special or p.tracking = 'consumable')"""

# Of the two years the page's charts look back, and of the twelve months of its tables.
PLAIN = (
    f"""select date_trunc('month', began_at), recycled, count(*), sum(price) from loan l {_LENDABLE}
and began_at >= %(charted)s and began_at < %(ends)s group by 1, 2""",
    f"""select date_trunc('month', ended_at), lost, count(*), sum(price) from loan l {_LENDABLE}
and ended_at >= %(charted)s and ended_at < %(ends)s group by 1, 2""",
    f"""select date_trunc('month', decided_at), decision, count(*), sum(price)
from "return" r join loan l on l.id = r.loan_id {_LENDABLE}
and decided_at >= %(charted)s and decided_at < %(ends)s group by 1, 2""",
    f"""select date_trunc('month', began_at), began_at::date <= orders.promised_on, count(*)
from loan l join order_line on order_line.id = l.line_id
join orders on orders.id = order_line.order_id {_LENDABLE}
and began_at >= %(charted)s and began_at < %(ends)s group by 1, 2""",
    """select date_trunc('month', finished_at), status, count(*) from visit
where finished_at >= %(charted)s and finished_at < %(ends)s group by 1, 2""",
    """select event, count(*), sum(value) from item_move where at >= %(begins)s and at < %(ends)s
and event in ('receive', 'deliver', 'collect', 'scrap', 'lose') group by 1""",
    "select status, count(*), sum(paid) from item group by 1",
    """select account_id, sum(p.pence) from entry e join posting p on p.entry_id = e.id
where e.month >= %(begins)s and e.month < %(ends)s group by 1""",
)
