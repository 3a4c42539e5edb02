"""Every row as SQL: what follows from the number of an order and from nothing else.

A slot is a thing that is lent again and again, every 146 days, until it has been lent twenty times
and another is bought in its place. Two slots make one order. Order number n begins n steps after
the first day, so numbers run as time does, as they would have been given. What is drawn (how long a
loan lasts, whether it was on time) is a hash of the number, so the same rows come every time.

Nothing is written that had not happened by the moment the rows are made for.
"""

USES = 20  # how often a thing is lent before another is bought
CYCLE = 146  # days from one loan of a slot to its next: two and a half loans a year
ORDERS_AN_HEAD = 2.5

# Written out, so that PostgreSQL puts it into the statement instead of calling it.
_SIGNS, _X = "23456789CDFHJKMNPRTVWXY", "mod(n * 1540863 + 1000003, 3404825447)"
_VALUES = [f"mod({_X} / {23**place}, 23)" for place in range(7)]
_BODY = " || ".join(f"substr('{_SIGNS}', 1 + {value}::int, 1)" for value in _VALUES)
_SUM = " + ".join(f"{weight} * {value}" for weight, value in enumerate(_VALUES, start=2))
FUNCTIONS = f"""
create function bulk_code(n bigint) returns text language sql immutable parallel safe as $$
  select {_BODY} || substr('{_SIGNS}', 1 + mod(23 - mod({_SUM}, 23), 23)::int, 1)
$$;
create function bulk_drawn(n bigint, salt bigint, k bigint) returns bigint
language sql immutable parallel safe as $$
  select mod(hashint8extended(n, salt) & 9223372036854775807, k)
$$;
"""

# One row a loan or a loan to be: what all the other tables are made from.
LOANS = """
create unlogged table bulk_loan as
select 2 * n + 1 + side as id, n, slot, times, slot + 1 + turn * %(slots)s::bigint as item_id, turn,
  mod(times + mod(slot, %(uses)s), %(uses)s) = 0 as fresh,
  case when mod(times + mod(slot, %(uses)s), %(uses)s) = %(uses)s - 1
    then case when bulk_drawn(2 * n + side, 5, 5) = 0 then 'lost' else 'scrapped' end
  end as ends_it,
  (%(products)s::bigint[])[1 + mod(slot, cardinality(%(products)s::bigint[]))] as product_id,
  0::bigint as price,
  b, b - interval '5 days' as placed, b - interval '4 days' as allocated,
  b + lasts * interval '1 day' as e,
  b + lasts * interval '1 day' + interval '4 hours' as booked_in,
  b + (lasts + 1 + bulk_drawn(2 * n + side, 2, 8)) * interval '1 day' as decided,
  case when bulk_drawn(2 * n + side, 3, 4) > 0
    then b + lasts * interval '1 day' - interval '3 days 5 hours' end as asked
from (
  select n, side, times, 2 * mod(n, %(lanes)s) + side as slot,
    (times + mod(2 * mod(n, %(lanes)s) + side, %(uses)s)) / %(uses)s as turn, b,
    20 + bulk_drawn(n, 1, 101) as lasts
  from (
    select n, n / %(lanes)s as times,
      %(first)s::timestamptz + n * (%(cycle)s * interval '1 day' / %(lanes)s) as b
    from generate_series(0::bigint, %(orders)s::bigint - 1) n
  ) o, generate_series(0, 1) side
) made;
update bulk_loan set price = p.pence from product_price p where p.product_id = bulk_loan.product_id;
analyze bulk_loan;
"""

CLIENTS = """
insert into client (id, code, version, nhs_number, family_name, given_name, born_on, telephone,
  address, postcode, crew_note, practice_id, body_id, council_id, registered_by_id, registered_at)
select n + 1, bulk_code(n), 1, number, 'Madeup', 'Ada ' || n,
  date '1930-01-01' + mod(n, 20000)::int, '', mod(n, 900) + 1 || ' Test Street', 'NG1 5FS', '',
  (%(practices)s::bigint[])[1 + mod(n, cardinality(%(practices)s::bigint[]))],
  (%(bodies)s::bigint[])[1 + mod(mod(n, cardinality(%(practices)s::bigint[])), %(body_count)s)],
  (%(councils)s::bigint[])[1 + mod(n, %(council_count)s)],
  (%(bodies)s::bigint[])[1 + mod(n, %(body_count)s)], %(first)s::timestamptz - interval '30 days'
from (
  select row_number() over (order by k) - 1 as n, '999' || lpad(k::text, 6, '0') || d as number
  from generate_series(0, 999999) k, lateral (
    select mod(11 - mod(243 + sum((11 - w) * substr(lpad(k::text, 6, '0'), w - 3, 1)::int), 11), 11)
      as d from generate_series(4, 9) w) checked
  where d < 10
) numbered
where n < %(clients)s
"""

ORDERS = """
insert into orders (id, code, version, client_id, prescriber_id, fund_id, status, need, speed,
  note, created_at, placed_at, promised_on, address, postcode, practice_id, body_id, council_id,
  employer_id)
select n + 1, bulk_code(n), 1, c.id, %(prescriber)s, %(fund)s,
  case when b <= %(until)s then 'delivered' else 'approved' end,
  (array['hospital discharge', 'falls prevention', 'stay independent at home'])[1 + mod(n, 3)],
  '5 working days', '', placed, placed,
  (b at time zone 'Europe/London')::date + case when bulk_drawn(n, 4, 10) = 0 then -1 else 1 end,
  c.address, c.postcode, c.practice_id, c.body_id, c.council_id, %(employer)s
from bulk_loan l join client c on c.id = mod(n, %(clients)s) + 1
where mod(l.id, 2) = 1 order by n
"""
ORDER_MOVES = """
insert into order_move (order_id, event, was, became, at, by_id)
select n + 1, event, was, became, at, %(prescriber)s
from bulk_loan, lateral (values
  ('approve_at_once', 'draft', 'approved', placed),
  ('complete', 'approved', 'delivered', b)) m(event, was, became, at)
where mod(id, 2) = 1 and at <= %(until)s order by at
"""
LINES = """
insert into order_line (id, version, order_id, product_id, quantity, price, item_id, allocated_at,
  delivered_at)
select id, 1, n + 1, product_id, 1, price, case when allocated <= %(until)s then item_id end,
  case when allocated <= %(until)s then allocated end, case when b <= %(until)s then b end
from bulk_loan order by id
"""
LENT = """
insert into loan (id, code, version, item_id, client_id, line_id, fund_id, product_id, price,
  recycled, ordered_at, promised_on, began_at, ended_at, lost, asked_back_at, back_reason, rule_id,
  facts)
select l.id, bulk_code(l.id), 1, item_id, mod(n, %(clients)s) + 1, l.id, %(fund)s, product_id,
  price, not fresh, o.placed_at, o.promised_on, b, case when e <= %(until)s then e end,
  coalesce(ends_it = 'lost' and e <= %(until)s, false), case when asked <= %(until)s then asked end,
  case when asked <= %(until)s then 'no longer needed' end, %(rule)s, '{}'
from bulk_loan l join orders o on o.id = l.n + 1 where b <= %(until)s order by l.id
"""
SHARES = """
insert into loan_share (loan_id, organisation_id, weight)
select l.id, who, weight from loan l join client c on c.id = l.client_id,
lateral (values (c.body_id, 60), (c.council_id, 40)) s(who, weight) order by l.id
"""

MOVES = """
insert into item_move (item_id, event, was, became, at, place_id, value, recycled, because, by_id)
select item_id, event, was, became, at, place, price, again, null, %(worker)s
from (
  select item_id, event, was, became, at, place, price,
    event = 'put_away' or not fresh as again, id, step
  from bulk_loan, lateral (values
    (1, 'allocate', 'available', 'allocated', allocated, %(clean)s),
    (2, 'pick', 'allocated', 'picked', b - interval '1 day', %(clean)s),
    (3, 'load', 'picked', 'out_for_delivery', b - interval '2 hours', null),
    (4, 'deliver', 'out_for_delivery', 'on_loan', b, null),
    (5, 'lose', 'on_loan', 'lost', case when ends_it = 'lost' then e end, null),
    (5, 'collect', 'on_loan', 'collected',
      case when ends_it is distinct from 'lost' then e end, null),
    (6, 'book_in', 'collected', 'quarantine', booked_in, %(dirty)s),
    (7, 'inspect', 'quarantine', 'inspected', decided - interval '10 hours', %(dirty)s),
    (8, 'clean', 'inspected', 'decontaminated', decided - interval '6 hours', %(clean)s),
    (9, 'test', 'decontaminated', 'tested', decided - interval '2 hours', %(clean)s),
    (10, 'put_away', 'tested', 'available', decided, %(clean)s),
    (8, 'scrap', 'inspected', 'scrapped', decided, null)
  ) m(step, event, was, became, at, place)
  where at <= %(until)s and (step < 6 or ends_it is distinct from 'lost')
    and (step < 8 or (event = 'scrap') = (ends_it is not distinct from 'scrapped'))
  union all
  select item_id, 'receive', 'ordered', 'available',
    case when turn = 0 then %(first)s::timestamptz - interval '20 days'
      else b - interval '9 days' end,
    %(clean)s, price, false, id, 0
  from bulk_loan
  where (case when turn = 0 then times = 0 else fresh end)
    and (turn = 0 or b - interval '9 days' <= %(until)s)
) moves
order by at, id, step
"""
# An item is what its last move made of it.
ITEMS = """
create index bulk_last on item_move (item_id, id);
analyze item_move;
insert into item (id, code, version, product_id, giai, status, since, place_id, acquired_on, paid,
  times_lent, recycled, needs_cleaning, needs_repair)
select item_id, bulk_code(item_id), 1, product_id, '9521234' || bulk_code(item_id), became, at,
  place_id, (received at time zone 'Europe/London')::date, value, lent, again,
  became in ('on_loan', 'collected', 'quarantine', 'inspected'), false
from (
  select item_id, min(product_id) as product_id, count(*) filter (where b <= %(until)s) as lent
  from bulk_loan group by item_id
) made, lateral (
  select became, at, place_id, value from item_move m where m.item_id = made.item_id
  order by id desc limit 1
) last, lateral (
  select min(at) as received, bool_or(recycled) as again from item_move m
  where m.item_id = made.item_id
) ever
order by item_id
"""
RETURNS = """
insert into "return" (code, version, item_id, loan_id, received_at, received_by_id, decided_at,
  decision)
select bulk_code(id), 1, item_id, id, booked_in, %(worker)s,
  case when decided <= %(until)s then decided end,
  case when decided <= %(until)s then coalesce(ends_it, 'made reusable') end
from bulk_loan where booked_in <= %(until)s and ends_it is distinct from 'lost'
order by booked_in, id
"""

VISITS = """
insert into visit (id, code, version, kind, status, client_id, order_id, address, postcode, due_on,
  finished_at, fail_reason, received_by, unsigned_because, instructions_given, note)
select 3 * n + step, bulk_code(3 * n + step), 1, kind, status, mod(n, %(clients)s) + 1,
  case when kind = 'delivery' then n + 1 end, '1 Test Street', 'NG1 5FS',
  (at at time zone 'Europe/London')::date, at, reason, '', '', true, ''
from bulk_loan, lateral (values
  (1, 'delivery', 'failed',
    case when bulk_drawn(n, 6, 25) = 0 then b - interval '1 day' end, 'no access'),
  (2, 'delivery', 'done', b, null),
  (3, 'collection', 'done', e, null)
) v(step, kind, status, at, reason)
where mod(id, 2) = 1 and at <= %(until)s order by at
"""
VISIT_LINES = """
insert into visit_line (visit_id, order_line_id, loan_id, done)
select v.id, case when kind = 'delivery' then l.id end, case when kind = 'collection' then l.id end,
  status = 'done'
from visit v join bulk_loan l on l.n = (v.id - 1) / 3
where kind = 'delivery' or ends_it is distinct from 'lost' order by v.id
"""

ENTRIES = """
create unlogged table bulk_entry as
select row_number() over (order by x.at, b.id) as id, b.id as loan_id, b.n, x.*
from bulk_loan b, lateral (values
  ('delivery', case when b.b <= %(until)s then b.b end, %(delivery)s),
  ('collection', case when e <= %(until)s and ends_it is distinct from 'lost' then e end,
    %(collection)s)
) x(kind, at, pence)
where x.at is not null order by x.at, b.id;
analyze bulk_entry;
insert into entry (id, fund_id, kind, source, subject, "on", month, at, by_id, product_group, memo,
  arithmetic, pence, rule_id, parked_because, facts)
select b.id, %(fund)s, kind, l.code, i.code, (b.at at time zone 'Europe/London')::date,
  date_trunc('month', b.at at time zone 'Europe/London'), b.at, %(worker)s, p.product_group,
  p.name || ' ' || kind, '', pence, %(rule)s, '', '{}'
from bulk_entry b join loan l on l.id = b.loan_id join item i on i.id = l.item_id
join product p on p.id = l.product_id
order by b.id
"""
# The accounts of the NHS body and the council of the client, as CLIENTS has them.
POSTINGS = """
insert into posting (entry_id, account_id, pence, weight, of_weights, carried_in)
select id, account, part, weight, case when weight is not null then 100 end,
  case when weight is not null then 0 end
from bulk_entry e, lateral (values
  ((%(body_accounts)s::bigint[])[
    1 + mod(mod(mod(n, %(clients)s), cardinality(%(practices)s::bigint[])), %(body_count)s)],
    pence * 60 / 100, 60),
  ((%(council_accounts)s::bigint[])[1 + mod(mod(n, %(clients)s), %(council_count)s)],
    pence * 40 / 100, 40),
  (%(pool)s, -pence, null)
) s(account, part, weight)
"""
LOOSE = """
insert into consumable_move (product_id, store_id, quantity, value, at, by_id, because)
select %(consumable)s, %(store)s, quantity, quantity * 200, at, %(worker)s, 'Made in bulk'
from (
  select -1 as quantity, b as at from bulk_loan where mod(n, 3) = 0 and mod(id, 2) = 1
  union all
  select ceil(%(lanes)s / 3.0)::int, %(first)s::timestamptz + k * %(cycle)s * interval '1 day'
    - interval '1 day' from generate_series(0, %(orders)s / %(lanes)s) k
) loose where at <= %(until)s order by at
"""

# In the order in which each may be made from those before.
TABLES = {
    "client": CLIENTS,
    "orders": ORDERS,
    "order_move": ORDER_MOVES,
    "order_line": LINES,
    "loan": LENT,
    "loan_share": SHARES,
    "item_move": MOVES,
    "item": ITEMS,
    "return": RETURNS,
    "visit": VISITS,
    "visit_line": VISIT_LINES,
    "entry": ENTRIES,
    "posting": POSTINGS,
    "consumable_move": LOOSE,
}
