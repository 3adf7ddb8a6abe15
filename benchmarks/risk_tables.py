"""Tables of any size for benchmarks/risk.py, made by DuckDB: invented, with a few leads of each kind in them.

And the queries a careful hand would write in DuckDB's SQL for the same question as an indicator: leads with their value,
and how many units were tested.
"""

from __future__ import annotations

from dataclasses import dataclass


def pick(seed: int, among: str) -> str:
    """An expression: a whole number below ``among``, by row ``i``."""
    return f"(hash(i * 31 + {seed}) % ({among}))::BIGINT"


def day(seed: int, days: int = 3600) -> str:
    return f"DATE '2015-01-01' + {pick(seed, str(days))}::INTEGER"


def one_of(seed: int, *words: str) -> str:
    return f"[{', '.join(repr(word) for word in words)}][{pick(seed, str(len(words)))} + 1]"


def money(seed: int, most: int) -> str:
    return f"({pick(seed, str(most * 100))} / 100)::DECIMAL(18,2)"


TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "tenders": ("{n} // 5", {"tender_id": "'T' || i", "buyer_id": f"'B' || {pick(1, '{n} // 500')}", "category": one_of(2, "works", "goods", "services"),
                             "method": one_of(3, "open", "selective", "limited", "direct"), "status": one_of(4, "complete", "complete", "complete", "cancelled")}),
    "bids": ("{n}", {"bid_id": "'b' || i", "tender_id": "'T' || (i // 5)", "supplier_id": f"'S' || {pick(5, '{n} // 50')}", "amount": money(6, 5_000_000),
                     "status": one_of(7, "valid", "valid", "valid", "disqualified"), "received_at": f"({day(8)})::TIMESTAMP"}),
    "contracts": ("{n}", {"contract_id": "'C' || i", "buyer_id": f"'B' || {pick(9, '{n} // 500')}", "supplier_id": f"'S' || {pick(10, '{n} // 50')}",
                          "category": one_of(11, "works", "goods", "services"), "method": one_of(12, "open", "limited", "direct"), "amount": money(13, 3_000_000),
                          "sign_date": day(14), "item_code": f"lpad({pick(15, '60')}::VARCHAR, 4, '0')"}),
    "med_purchases": ("{n}", {"purchase_id": "'M' || i", "hospital_id": f"'H' || {pick(16, '200')}", "item_code": f"'I' || {pick(17, '5000')}",
                              "supplier_id": f"'S' || {pick(18, '2000')}", "qty": f"{pick(19, '100')} + 1", "unit_price": f"(100 + {pick(20, '3100')} / 100)::DECIMAL(18,2)",
                              "buy_date": day(21)}),
    "charges": ("{n}", {"charge_id": "'X' || i", "visit_id": "'V' || (i // 8)", "item_code": f"'I' || {pick(22, '500')}", "qty": f"{pick(23, '3')} + 1", "unit_price": "10",
                        "amount": "20", "charge_date": day(24)}),
    "items": ("500", {"item_code": "'I' || i", "per_day_max": f"{pick(25, '3')} + 2"}),
    "visits": ("{n} // 8", {"visit_id": "'V' || i", "hospital_id": f"'H' || {pick(26, '200')}", "patient_id": "'P' || i", "visit_type": "'out'", "admit_date": day(24)}),
    "programs": ("50", {"program_id": "'G' || i", "discretionary": "true", "excludes_employees": "i % 2 = 0"}),
    "subsidies": ("{n}", {"pay_id": "'Y' || i", "program_id": f"'G' || {pick(27, '50')}", "person_id": f"'P' || {pick(28, '{n} // 4')}", "village_id": f"'W' || {pick(29, '300')}",
                          "amount": money(30, 5000), "pay_date": day(31)}),
    "employees": ("{n} // 400", {"person_id": "'P' || (i * 100)", "org_id": f"'O' || {pick(32, '500')}", "is_village_cadre": "i % 5 = 0", "start_date": day(33),
                                 "end_date": f"CASE WHEN i % 3 = 0 THEN {day(33)} + 900 END"}),
    "funds": ("{n} // 20", {"fund_id": "'F' || i", "org_id": f"'O' || {pick(34, '2000')}", "fund_year": "2020", "amount": "100000", "received_date": day(35)}),
    "disbursements": ("{n}", {"disb_id": "'D' || i", "fund_id": "'F' || (i // 20)", "amount": money(36, 5000), "pay_date": day(37)}),
    "projects": ("{n}", {"project_id": "'J' || i", "owner_id": f"'O' || {pick(38, '500')}", "estimate_amount": f"10000 + {pick(39, '1000')}",
                         "approved_budget": f"10500 + {pick(40, '600')}", "settle_reviewed": f"10000 + {pick(41, '700')}", "completion_date": day(42)}),
    "violations": ("500", {"violation_code": "'L' || i", "fine_min": "100", "fine_max": "10000"}),
    "cases": ("{n}", {"case_id": "'K' || i", "org_id": f"'O' || {pick(43, '500')}", "party_id": "'Q' || i", "violation_code": f"'L' || {pick(44, '500')}", "filed_date": day(45),
                      "fine_amount": f"99 + {pick(46, '9903')}", "decision": one_of(47, "penalty", "exempt")}),
    "calendar": ("4000", {"day": "DATE '2015-01-01' + i::INTEGER", "is_workday": "i % 7 < 5", "cum_wd": "i * 5 // 7"}),
    "approval_items": ("300", {"item_code": "'A' || i", "org_id": f"'O' || {pick(48, '500')}", "statutory_days": "20", "promised_days": "CASE WHEN i % 3 = 0 THEN 15 END"}),
    "approvals": ("{n}", {"appr_id": "'R' || i", "item_code": f"'A' || {pick(49, '300')}", "accept_date": day(50),
                          "decide_date": f"CASE WHEN i % 50 > 0 THEN {day(50)} + {pick(51, '29')}::INTEGER END"}),
    "branches": ("{n} // 100", {"branch_id": "'Z' || i", "org_id": f"'O' || {pick(52, '500')}", "has_committee": "true"}),
    "meetings": ("{n}", {"meeting_id": "'E' || i", "branch_id": f"'Z' || {pick(53, '{n} // 100')}", "type": one_of(54, "assembly", "group"), "meet_date": day(55),
                         "minutes_hash": f"'h' || {pick(56, '{n} * 20')}"}),
    "deaths": ("{n} // 1000", {"person_id": "'P' || (i * 100)", "death_date": day(57)}),
    "payroll": ("{n}", {"org_id": f"'O' || {pick(58, '500')}", "person_id": "'P' || (i // 60)", "pay_month": "DATE '2015-01-01' + INTERVAL (i % 60) MONTH", "amount": money(59, 8000)}),
    "expenses": ("{n}", {"exp_id": "'e' || i", "org_id": f"'O' || {pick(60, '500')}", "kind": one_of(61, "meeting", "travel"), "invoice_no": pick(62, "{n} * 20"),
                         "seller_id": f"'S' || {pick(63, '50')}", "amount": money(64, 9000), "invoice_date": day(65)}),
    "hazards": ("{n}", {"hazard_id": "'z' || i", "org_id": f"'O' || {pick(66, '500')}", "level": one_of(67, "general", "major"), "found_date": day(68), "due_date": f"{day(68)} + 30",
                        "closed_date": f"{day(68)} + {pick(69, '31')}::INTEGER + (i % 100 = 0)::INTEGER"}),
    "issues": ("{n}", {"issue_id": "'q' || i", "org_id": f"'O' || {pick(70, '500')}", "topic": "'t'", "round": "1", "found_date": day(71), "due_date": f"{day(71)} + 60",
                       "closed_date": f"{day(71)} + {pick(72, '61')}::INTEGER + (i % 100 = 0)::INTEGER"}),
}  # fmt: skip


@dataclass(frozen=True)
class Query:
    """An indicator, its tables, and the same question by hand: the first columns are the key of the lead."""

    code: str
    tables: tuple[str, ...]
    sql: str


SORTED = "row_number() OVER (PARTITION BY {by} ORDER BY {x}) AS r, count(*) OVER (PARTITION BY {by}) AS n"
QUERIES = (
    Query("PROC-09", ("tenders", "bids"), """
        WITH u AS (SELECT buyer_id, count(*) FILTER (WHERE b.status = 'disqualified') AS k, count(*) AS n, max(received_at)::DATE AS day
            FROM bids b JOIN tenders t USING (tender_id) WHERE b.status IN ('valid', 'disqualified', 'pending') AND t.status IS DISTINCT FROM 'cancelled' GROUP BY buyer_id),
        tested AS (SELECT *, k / n AS share FROM u WHERE n >= 20),
        q AS (SELECT count(*) AS c, list_sort(list(share)) AS l, sum(k) AS all_k, sum(n) AS all_n FROM tested),
        f AS (SELECT *, 3 * c + 5 AS h1, 9 * c + 7 AS h3 FROM q),
        g AS (SELECT all_k, all_n, c, l[greatest(1, least(c, h1 // 12))] + (l[greatest(1, least(c, h1 // 12 + 1))] - l[greatest(1, least(c, h1 // 12))]) * (h1 % 12) / 12.0 AS q1,
            l[greatest(1, least(c, h3 // 12))] + (l[greatest(1, least(c, h3 // 12 + 1))] - l[greatest(1, least(c, h3 // 12))]) * (h3 % 12) / 12.0 AS q3 FROM f)
        SELECT buyer_id, share, q3 + 1.5 * (q3 - q1) AS fence, day, c AS units FROM tested, g WHERE c >= 10 AND k > 0 AND share >= q3 + 1.5 * (q3 - q1)
            AND (share + 1.9208 / n - 1.96 * sqrt((share * (1 - share) + 0.9604 / n) / n)) / (1 + 3.8416 / n) >= 1.5 * (all_k - k) / (all_n - n)"""),
    Query("PROC-12", ("contracts",), """
        WITH small AS (SELECT *, year(sign_date) AS y, CASE category WHEN 'works' THEN 4000000 WHEN 'goods' THEN 2000000 ELSE 1000000 END AS most FROM contracts
            WHERE method NOT IN ('open', 'selective') AND item_code IS NOT NULL),
        g AS (SELECT buyer_id, item_code, y, category, count(*) AS n, sum(amount) AS total, max(most) AS most, min(sign_date) AS a, max(sign_date) AS b,
            count(DISTINCT supplier_id) AS suppliers, min(supplier_id) AS one FROM small WHERE amount < most GROUP BY ALL)
        SELECT buyer_id, item_code, y, total, most, b - a, suppliers, one, (SELECT count(*) FROM g) AS units FROM g WHERE n >= 3 AND total >= most
            QUALIFY row_number() OVER (PARTITION BY buyer_id, item_code, y ORDER BY total DESC, category) = 1"""),
    Query("HOSP-01", ("med_purchases",), """
        WITH s AS (SELECT purchase_id, hospital_id, supplier_id, item_code, buy_date, qty, unit_price, year(buy_date) AS y FROM med_purchases WHERE unit_price > 0),
        m AS (SELECT item_code, y, count(*) AS n, median(unit_price) AS middle FROM s GROUP BY ALL HAVING count(*) >= 10)
        SELECT purchase_id, unit_price / middle AS value, hospital_id, supplier_id, buy_date, unit_price * qty, (SELECT sum(n) FROM m) AS units
            FROM s JOIN m USING (item_code, y) WHERE unit_price >= 1.3 * middle"""),
    Query("HOSP-05", ("charges", "items", "visits"), """
        WITH u AS (SELECT visit_id, item_code, charge_date, sum(qty) AS total, max(per_day_max) AS most, sum(amount) AS yuan
            FROM charges JOIN items USING (item_code) WHERE per_day_max IS NOT NULL GROUP BY ALL)
        SELECT visit_id, item_code, charge_date, total, most, yuan, hospital_id, (SELECT count(*) FROM u) AS units FROM u LEFT JOIN visits USING (visit_id) WHERE total > most"""),
    Query("SUB-02", ("programs", "subsidies", "employees"), """
        WITH tested AS (FROM subsidies SEMI JOIN (FROM programs WHERE excludes_employees) USING (program_id))
        SELECT pay_id, count(DISTINCT e.org_id), min(e.org_id), min(t.person_id), min(amount), min(village_id), min(pay_date), min(program_id), (SELECT count(*) FROM tested) AS units
            FROM tested t JOIN employees e USING (person_id) WHERE NOT is_village_cadre AND start_date <= pay_date AND (end_date IS NULL OR end_date >= pay_date) GROUP BY pay_id"""),
    Query("FUND-03", ("funds", "disbursements"), """
        WITH u AS (SELECT org_id, year(pay_date) AS y, count(*) AS n, sum(d.amount) AS total, coalesce(sum(d.amount) FILTER (WHERE month(pay_date) = 12), 0) AS dec, max(pay_date) AS day
            FROM disbursements d JOIN funds USING (fund_id) GROUP BY ALL),
        tested AS (SELECT *, (dec / total)::DOUBLE AS r FROM u WHERE n >= 10 AND total > 0),
        m AS (SELECT median(r) AS middle, count(*) AS c FROM tested), a AS (SELECT median(abs(r - middle)) AS mad FROM tested, m)
        SELECT org_id, y, r, dec, total, day, c AS units FROM tested, m, a WHERE c >= 20 AND mad > 0 AND dec >= 0.4 * total AND (r - middle) * 0.6745 / mad >= 3.5"""),
    Query("PROJ-01", ("projects",), """
        WITH tested AS (FROM projects WHERE (approved_budget IS NOT NULL AND estimate_amount IS NOT NULL) OR (settle_reviewed IS NOT NULL AND approved_budget IS NOT NULL))
        SELECT project_id, CASE WHEN approved_budget > 1.1 * estimate_amount THEN approved_budget / estimate_amount ELSE settle_reviewed / approved_budget END, owner_id,
            estimate_amount, approved_budget, settle_reviewed, coalesce(final_account_date, completion_date), (SELECT count(*) FROM tested) AS units
            FROM tested WHERE coalesce(approved_budget > 1.1 * estimate_amount, false) OR coalesce(settle_reviewed > approved_budget, false)"""),
    Query("ENF-05", ("violations", "cases"), """
        WITH tested AS (SELECT c.*, fine_min, fine_max FROM cases c JOIN violations USING (violation_code) WHERE decision = 'penalty' AND fine_amount IS NOT NULL
            AND (fine_min IS NOT NULL OR fine_max IS NOT NULL))
        SELECT case_id, fine_amount, CASE WHEN fine_amount < fine_min THEN fine_min ELSE fine_max END, org_id, coalesce(decided_date, filed_date), violation_code,
            (SELECT count(*) FROM tested) AS units FROM tested WHERE coalesce(fine_amount < fine_min, false) OR coalesce(fine_amount > fine_max, false)"""),
    Query("APPR-01", ("calendar", "approval_items", "approvals"), """
        WITH tested AS (SELECT appr_id, b.cum_wd - a.cum_wd AS wd, least(coalesce(promised_days, statutory_days), statutory_days) AS most, item_code, accept_date, decide_date, org_id
            FROM approvals JOIN approval_items USING (item_code) JOIN calendar a ON a.day = accept_date JOIN calendar b ON b.day = decide_date
            WHERE a.cum_wd IS NOT NULL AND b.cum_wd IS NOT NULL)
        SELECT appr_id, wd, most, item_code, accept_date, decide_date, org_id, (SELECT count(*) FROM tested) AS units FROM tested WHERE wd > most"""),
    Query("PARTY-02", ("branches", "meetings"), """
        WITH apart AS (SELECT DISTINCT minutes_hash, branch_id, meet_date FROM meetings WHERE minutes_hash IS NOT NULL),
        u AS (SELECT minutes_hash, count(*) AS n, count(DISTINCT branch_id) AS branches, min(branch_id) AS branch_id, max(meet_date) AS day FROM apart GROUP BY minutes_hash)
        SELECT minutes_hash, n, CASE WHEN branches = 1 THEN org_id END, day, (SELECT count(*) FROM u) AS units FROM u LEFT JOIN branches USING (branch_id) WHERE n >= 2"""),
    Query("HR-02", ("deaths", "employees", "payroll"), """
        WITH h AS (SELECT p.*, coalesce(pay_month - death_date > 31, false) AS dead, coalesce(pay_month - end_date > 31, false) AS left_ FROM payroll p
            LEFT JOIN deaths USING (person_id) LEFT JOIN employees USING (person_id, org_id))
        SELECT person_id, count(*), sum(amount), min(org_id), max(pay_month), min(pay_month), count(*) FILTER (WHERE dead), (SELECT count(DISTINCT person_id) FROM payroll) AS units
            FROM h WHERE dead OR left_ GROUP BY person_id"""),
    Query("EXP-03", ("expenses",), """
        WITH u AS (SELECT seller_id, invoice_no, count(*) AS n, sum(amount) AS yuan, max(invoice_date) AS day, count(DISTINCT org_id) AS orgs, min(org_id) AS one
            FROM expenses WHERE invoice_no IS NOT NULL AND seller_id IS NOT NULL GROUP BY ALL)
        SELECT seller_id, invoice_no, n, yuan, day, CASE WHEN orgs = 1 THEN one END, (SELECT count(*) FROM u) AS units FROM u WHERE n >= 2"""),
    Query("SAFE-01", ("hazards",), """
        SELECT hazard_id, coalesce(closed_date, DATE '2025-12-31') - due_date AS days, due_date, org_id, level, closed_date IS NULL, (SELECT count(*) FROM hazards) AS units
            FROM hazards WHERE coalesce(closed_date, DATE '2025-12-31') > due_date"""),
    Query("RECT-01", ("issues",), """
        SELECT issue_id, coalesce(closed_date, DATE '2025-12-31') - due_date AS days, due_date, topic, org_id, closed_date IS NULL, (SELECT count(*) FROM issues) AS units
            FROM issues WHERE coalesce(closed_date, DATE '2025-12-31') > due_date"""),
)  # fmt: skip
