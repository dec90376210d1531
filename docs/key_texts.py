"""What the pages of declared documents show beside their keys: examples, and what a filter may hold."""

from __future__ import annotations

EXAMPLE_FORECAST = """## For example

```toml
id = "often-away"
title = "Which children may be away from school a lot within a year"
use = "early-help"
level = "person"
horizon = 365
as_of = [2021-09-01, 2022-09-01, 2023-09-01, 2024-09-01]
capacity = 40

[cohort]
meaning = "Children who are on a school roll and were away at least once."
feed = "education"
table = "absences"
window = "ever"

[outcome]
meaning = "A child is away from school for forty half days or more."
feed = "education"
table = "absences"
total = "sessions"
at_least = 40

[[features]]
id = "days-away"
meaning = "On how many days a child was away."
feed = "education"
table = "absences"
window = "365 days"
measure = "days"

[[features]]
id = "last-holiday"
meaning = "How lately a child was away for a holiday."
feed = "education"
table = "absences"
where = "reason = 'holiday'"
window = "ever"
measure = "since"

[offer]
what = "A talk with the team of the school."
capacity = 40
reviewers = ["Early help, team 1", "Early help, team 2"]

[audit]
by = ["ethnicity"]
```
"""

EXAMPLE_TABLE = """## A table, for example

```toml
[tables.absences]
record = "pupil"
happened = "day"
recorded = "entered"

[tables.absences.location]
kind = "csv"
path = "data/absences.csv"

[tables.absences.values.sessions]
column = "missed"
kind = "number"
meaning = "How many half days the child was away"

[tables.absences.values.reason]
column = "why"
kind = "word"
words = ["ill", "holiday", "other"]
meaning = "What the school was told"
```
"""

EXAMPLE_RULE = """## For example

```toml
id = "early-help"
title = "Who may be offered early help"
use = "early-help"
level = "household"
kind = "criteria"
at_least = 1

[[criteria]]
id = "often-away"
meaning = "A child was away from school for ten half days or more in half a year, other than ill."
feed = "education"
table = "absences"
where = "reason <> 'ill'"
window = "180 days"
total = "sessions"
at_least = 10

[offer]
what = "A talk with the team of the school, and what it can bring."
capacity = 40
reviewers = ["Early help, team 1", "Early help, team 2"]
```

A rule of entitlement, of a right that needs two things:

```toml
id = "free-school-meals"
title = "Free school meals that nobody claimed"
use = "free-school-meals"
level = "household"
kind = "entitlement"

[[criteria]]
id = "qualifying-benefit"
meaning = "The family gets a benefit that gives a right to free school meals."
feed = "benefits"
table = "awards"
where = "kind = 'universal_credit' and monthly_earnings < 617"
window = "31 days"
gives = "free school meals"

[[criteria]]
id = "paid-meals"
meaning = "A child's school meals are paid for."
feed = "education"
table = "meals"
where = "status = 'paid'"
window = "120 days"
gives = "free school meals"
```
"""

FILTERS = """## Filters

A filter is about one line. It may hold:

| what | for example |
| --- | --- |
| a value beside a word, number or day | `reason = 'ill'`, `sessions >= 2.5`, `due < '2026-03-31'` |
| `=` `<>` `<` `<=` `>` `>=`; of words, and of yes and no, only the first two | `status <> 'closed'` |
| a list, a range | `reason in ('ill', 'other')`, `sessions between 1 and 4` |
| yes or no | `open`, `not open`, `open = true` |
| whether something is known | `due is null`, `due is not null` |
| `and`, `or`, `not`, parentheses | `open and (sessions > 3 or reason = 'other')` |

Words and days stand in single quotes. Nothing can be called, worked out or looked up, and no other table
is seen. A comparison with something that is not known is itself not known; so is its opposite. A line
counts only where the whole filter is known and true. A name that SQL uses itself stands in double
quotes: `"order" = 2`.
"""
