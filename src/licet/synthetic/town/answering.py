"""What families answer when they are asked whether their records may be joined: made up, declared.

Each service writes to those of whom it holds a record. Answers run in families; parents who live
apart answer on their own, and some say the opposite of each other. Nobody is asked by several
services at once on purpose: no service knows whom another has written to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from licet.synthetic.town.spoiling import plain, typo
from licet.synthetic.town.whole import Town

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

ANSWERS, YES, LATER = 0.62, 0.80, 0.07
"""The chance of an answer; of a yes, and of not now, among answers, for people in no group below."""
RIGHTS = (0.85, 0.88)
"""The first two where they are asked so that they miss no right: more families answer, and say yes."""
DIFFERS: Mapping[str, tuple[float, float]] = {
    "black": (0.60, 0.40),
    "asian": (0.80, 0.75),
    "white_other": (0.75, 0.85),
    "mixed_other": (0.85, 0.70),
    "lone": (0.80, 0.80),
    "younger": (0.60, 0.85),
    "low_income": (0.75, 0.90),
}
"""By how much being in a group multiplies the odds of an answer, and of a yes."""
OWN_LANGUAGE = 0.75  # times the odds of an answer, for those who read another language than English
FAMILY, PERSON = 4.0, 0.4
"""How far families differ, and people within them, in logits."""
SELDOM_APART = 0.04  # of children, one is answered for otherwise than brothers and sisters
OPPOSITE = 0.20  # of parents who live apart, one says the opposite of the other
DETAILS_ONLY, DETAILS_APART = 0.16, 0.60
"""The chance of answering without the code of a letter; of a parent who lives elsewhere."""
ALL_LETTERS = 0.45  # answer to every service's letter; the others to one
ONE_SERVICE = 0.15  # mean only the service whose letter they answer
UNVERIFIED = 0.30  # of answers without a code
CHANGED, DECIDED = 0.025, 0.35
"""Later withdrawn, of every yes; later a yes, of every not now."""
MISTYPED = {"given": 0.03, "family": 0.035, "birth": 0.012, "street": 0.04, "postcode": 0.03}
"""Errors in details that people give without a letter. With one they are a third as frequent."""
ASKED_BEFORE, ANSWERED_WITHIN = 130, 100
"""Days before the extract that letters were sent; days in which answers came."""

COLUMNS = (
    "subject", "given", "family", "birth", "postcode", "house", "street", "language", "records",
    "expressed_by", "relation", "verified_by", "use", "service", "effect", "at", "channel",
)  # fmt: skip
"""The columns of the answers. records: ids of rows with ; between. at: UTC."""


@dataclass(frozen=True)
class Answered:
    """asked: row, service, person, language, on (a day). answers: ``COLUMNS``, oldest first.
    voices: person, speaker, relation, answered, effect (at first), apart, subject: the truth."""

    asked: pl.DataFrame
    answers: pl.DataFrame
    voices: pl.DataFrame


def declared() -> pl.DataFrame:
    """The table of groups: odds of an answer and of a yes, beside those of people in none."""
    rows: list[tuple[str, float | None, float | None, float, float]]
    rows = [("nobody's", ANSWERS, YES, 1.0, 1.0)]
    rows += [(group, None, None, answers, yes) for group, (answers, yes) in DIFFERS.items()]
    names = ("group", "answer_rate", "yes_rate", "answer_odds", "yes_odds")
    return pl.DataFrame(
        rows, schema=dict.fromkeys(names, pl.Float64) | {"group": pl.String}, orient="row"
    )


def answer(
    town: Town,
    use: str = "early-help",
    services: Sequence[str] = ("education", "early_years", "social_work"),
    seed: int = 1,
    mark: str = "",
    willing: tuple[float, float] = (ANSWERS, YES),
) -> Answered:
    """What is answered about a use of these services' records; the same for the same arguments.

    Families lean alike about every use. mark: begins the numbers of people, so that those of two uses are
    not taken for one another. willing: the chance of an answer, and of a yes, of people in no group.
    """
    rng = np.random.default_rng([seed, town.seed, 1])
    rows = town.truth.filter(pl.col("feed").is_in(list(services))).sort("row")
    people = town.people
    person = rows["person"].to_numpy()
    asked = rows.select("row", service="feed", person="person").with_columns(
        language=people["language"].gather(person.tolist()),
        on=pl.lit(town.today - timedelta(days=ASKED_BEFORE)),
    )
    voices = _voices(town, np.unique(person))
    voices = _minds(rng, people, voices, willing)
    answers = _events(rng, town, rows, voices.filter("answered"), use, mark)
    keys = answers.select("voice", "subject").unique("voice", keep="first")
    voices = voices.join(keys, on="voice", how="left", maintain_order="left").drop("voice")
    return Answered(asked, answers.select(COLUMNS), voices)


def _voices(town: Town, person: Whole) -> pl.DataFrame:
    """Who may speak for whom: parents for children under 16, people from 13 for themselves."""
    people = town.people
    age = people["age"].to_numpy()
    own = person[age[person] >= 13]
    parents = town.relationships.filter(
        (pl.col("kind") == "parent") & pl.col("person").is_in(person[age[person] < 16])
    )
    child, holder = parents["person"].to_numpy(), parents["other"].to_numpy()
    household = people["household"].to_numpy()
    words = ["self"] * len(own) + ["parental_responsibility"] * len(child)
    return pl.DataFrame(
        {
            "voice": np.arange(len(own) + len(child)),
            "person": np.r_[own, child],
            "speaker": np.r_[own, holder],
            "relation": pl.Series(words, dtype=pl.String),
            "apart": np.r_[np.zeros(len(own), dtype=bool), household[child] != household[holder]],
        }
    )


def _logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def _minds(
    rng: np.random.Generator,
    people: pl.DataFrame,
    voices: pl.DataFrame,
    willing: tuple[float, float],
) -> pl.DataFrame:
    """Whether each voice answers, and what: grant, refuse or defer."""
    speaker, person = voices["speaker"].to_numpy(), voices["person"].to_numpy()
    household = people["household"].to_numpy()
    total, families = people.height, int(household.max()) + 1
    will, yes = np.zeros(total), np.zeros(total)
    for group, (answers, agrees) in DIFFERS.items():
        inside = people[group].to_numpy()
        will += np.log(answers) * inside
        yes += np.log(agrees) * inside
    will += np.log(OWN_LANGUAGE) * (people["language"] != "en").to_numpy()
    # Logistic chances with normal tilts are flatter; scaling keeps the declared ones on average.
    scale = float(np.sqrt(1 + 0.346 * (FAMILY**2 + PERSON**2)))
    for level, mind in ((willing[0], will), (willing[1] / (1 - LATER), yes)):
        tilt = FAMILY * rng.standard_normal(families)[household] + PERSON * rng.standard_normal(
            total
        )
        mind += _logit(level)
        mind *= scale
        mind += tilt
    answered = rng.random(total) < 1 / (1 + np.exp(-will))
    favours = (rng.random(total) < 1 / (1 + np.exp(-yes)))[speaker]
    favours ^= rng.random(len(speaker)) < SELDOM_APART
    favours = _opposed(rng, voices, favours)
    later = rng.random(total) < LATER
    effect = np.where(later[speaker], "defer", np.where(favours, "grant", "refuse"))
    young = (people["age"].to_numpy()[person] < 16) & (person == speaker)
    spoke = answered[speaker] & ~(young & (rng.random(len(speaker)) < 0.5))
    return voices.with_columns(answered=pl.Series(spoke), effect=pl.Series(effect.astype(str)))


def _opposed(rng: np.random.Generator, voices: pl.DataFrame, agrees: Flags) -> Flags:
    """Some parents who live apart say the opposite of the parent whom the child lives with."""
    frame = voices.select("voice", "person", "apart").with_columns(agrees=pl.Series(agrees))
    with_child = frame.filter(~pl.col("apart")).join(
        voices.filter(pl.col("relation") != "self").select("voice"), on="voice"
    )
    near = with_child.unique("person", keep="first").select("person", near="agrees")
    found = frame.join(near, on="person", how="left", maintain_order="left")
    known = found["near"].is_not_null().to_numpy() & found["apart"].to_numpy()
    turned = known & (rng.random(len(agrees)) < OPPOSITE)
    return np.where(turned, ~found["near"].fill_null(False).to_numpy(), agrees)


def _events(
    rng: np.random.Generator,
    town: Town,
    rows: pl.DataFrame,
    voices: pl.DataFrame,
    use: str,
    mark: str,
) -> pl.DataFrame:
    count = voices.height
    bare = rng.random(count) < np.where(voices["apart"].to_numpy(), DETAILS_APART, DETAILS_ONLY)
    every = rng.random(count) < ALL_LETTERS
    letters = _letters(rng, rows, voices["person"].to_numpy(), every)
    # Numbers in no order: they must not tell who is who.
    number = _numbered(f"{mark}details-", rng.permutation(count), 6)
    holders = _numbered(
        f"{mark}holder-", rng.permutation(town.people.height)[voices["speaker"].to_numpy()], 7
    )
    bare_flag = pl.Series("bare", bare)
    frame = voices.hstack(letters).hstack(
        [bare_flag, number.alias("number"), holders.alias("holder")]
    )
    frame = frame.with_columns(
        subject=pl.when("bare").then("number").otherwise("letter"),
        records=pl.when(~pl.col("bare")).then("records").fill_null(""),
        service=pl.when(pl.Series(rng.random(count) < ONE_SERVICE) & ~pl.col("bare"))
        .then(pl.col("letter").str.extract(r"^([^/]+)", 1))
        .fill_null(""),
        use=pl.lit(use),
    )
    frame = frame.with_columns(
        expressed_by=pl.when(pl.col("relation") == "self").then("subject").otherwise("holder")
    )
    frame = frame.hstack(_channels(rng, bare)).hstack(
        _details(rng, town.people, town.dwellings, frame, town)
    )
    return _over_time(rng, town, frame)


def _numbered(word: str, number: Whole, width: int) -> pl.Series:
    text = pl.lit(word) + pl.Series(number + 1).cast(pl.String).str.zfill(width)
    return pl.select(text.alias("number")).to_series()


def _letters(
    rng: np.random.Generator, rows: pl.DataFrame, person: Whole, every: Flags
) -> pl.DataFrame:
    """letter: the row whose letter is answered; records: the rows of all letters answered."""
    first = rows.unique(["person", "feed"], keep="first", maintain_order=True)
    lists = first.group_by("person", maintain_order=True).agg(rows="row")
    frame = pl.DataFrame({"person": person, "every": every, "draw": rng.random(len(person))})
    found = frame.join(lists, on="person", how="left", maintain_order="left")
    place = (pl.col("draw") * pl.col("rows").list.len()).floor().cast(pl.Int64)
    found = found.with_columns(letter=pl.col("rows").list.get(place))
    whole = pl.col("rows").list.join(";")
    return found.select("letter", records=pl.when("every").then(whole).otherwise("letter"))


def _channels(rng: np.random.Generator, bare: Flags) -> pl.DataFrame:
    """How an answer came, and who checked the relation; "" means nobody yet."""
    draw = rng.random(len(bare))
    coded = np.select([draw < 0.62, draw < 0.78], ["web", "paper"], "phone")
    other = np.select([draw < 0.30, draw < 0.70], ["in_person", "paper"], "phone")
    channel = np.where(bare, other, coded)
    checks = {
        "web": "code of the letter",
        "paper": "code of the letter",
        "phone": "called back on the number held",
        "in_person": "document seen at the desk",
    }
    word = np.array([checks[name] for name in channel.tolist()], dtype=object)
    word[bare & (channel == "paper")] = "signature and address compared"
    word[bare & (channel != "in_person") & (rng.random(len(bare)) < UNVERIFIED / 0.7)] = ""
    return pl.DataFrame({"channel": channel.astype(str), "verified_by": word.astype(str)})


def _details(
    rng: np.random.Generator,
    people: pl.DataFrame,
    dwellings: pl.DataFrame,
    frame: pl.DataFrame,
    town: Town,
) -> pl.DataFrame:
    """Who the subject is, as people write it themselves: where they live now, with slips."""
    person = frame["person"].to_numpy()
    home = town.residences.filter(pl.col("kind") == "home").sort("person")["dwelling"].to_numpy()
    where = dwellings[home[person]].select("house", "street", "postcode")
    found = people[person].select("given", "family", "birth", "language").hstack(where)
    share = np.where(frame["bare"].to_numpy(), 1.0, 1 / 3)
    for column, rate in MISTYPED.items():
        hit = np.flatnonzero(rng.random(len(person)) < rate * share)
        if column == "birth":
            day = found["birth"].gather(hit.tolist()).to_frame()
            day = day.with_columns(slip=pl.Series(rng.integers(1, 28, len(hit))))
            year, month = pl.col("birth").dt.year(), pl.col("birth").dt.month()
            new = day.select(pl.date(year, month, "slip")).to_series()
        else:
            old = found[column].gather(hit.tolist()).to_list()
            new = pl.Series([typo(rng, text) for text in old], dtype=pl.String)
        found = found.with_columns(found[column].scatter(hit.tolist(), new))
    bare = np.flatnonzero(rng.random(len(person)) < 0.4)
    for column in ("given", "family"):
        new = pl.Series(
            [plain(text) for text in found[column].gather(bare.tolist()).to_list()], dtype=pl.String
        )
        found = found.with_columns(found[column].scatter(bare.tolist(), new))
    return found


def _over_time(rng: np.random.Generator, town: Town, frame: pl.DataFrame) -> pl.DataFrame:
    """When each answer came; some are changed later."""
    count = frame.height
    start = datetime.combine(town.today - timedelta(days=ASKED_BEFORE - 3), time(8))
    minutes = rng.integers(0, (ANSWERED_WITHIN - 25) * 24 * 60, count)
    frame = frame.with_columns(wait=pl.Series(minutes)).with_columns(
        at=pl.lit(start) + pl.duration(minutes="wait")
    )
    grant, defer = (frame["effect"] == word for word in ("grant", "defer"))
    draw = rng.random(count)
    again = (grant.to_numpy() & (draw < CHANGED)) | (defer.to_numpy() & (draw < DECIDED))
    place = np.flatnonzero(again)
    wait = pl.Series("wait", rng.integers(2 * 24 * 60, 25 * 24 * 60, len(place)))
    word = pl.when(pl.col("effect") == "grant").then(pl.lit("withdraw")).otherwise(pl.lit("grant"))
    changed = (
        frame[place]
        .with_columns(wait)
        .with_columns(effect=word, at=pl.col("at") + pl.duration(minutes="wait"))
    )
    every = pl.concat([frame, changed]).sort("at", "voice")
    return every.with_columns(at=pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:00Z"))
