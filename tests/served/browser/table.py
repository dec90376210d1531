"""Every page of the site by its address, in each of its states: who looks, where, and what is sent.

An address without a line here fails a test, so that no page is made that nobody looks at.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tests.linkage.town import USE

ENGLISH, BOTH = ("en",), ("en", "cy")
WORDS = "We would like to see this written down for everybody."
EMPTY: Mapping[str, str] = {}


@dataclass(frozen=True)
class Look:
    """A page in one state. address: as in ``licet.web.urls``. who: an account, "" for anyone. path: to
    open; {names} are filled from ``known``. sent: what is filled into the form before its button is
    pressed, None for nothing. said: what the page says then, in English."""

    address: str
    state: str
    who: str
    path: str
    sent: Mapping[str, str] | None = None
    button: str = ""
    said: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """Pages of staff are there in English alone."""
        return ENGLISH if self.address.startswith(("staff/", "second-factor")) else BOTH

    @property
    def name(self) -> str:
        """For the list of tests."""
        return f"{self.address} {self.state}".strip().replace("<", "{").replace(">", "}")


def _form(address: str, who: str, path: str, button: str, sent: Mapping[str, str], said: str,
          wrong: Mapping[str, str] = EMPTY) -> tuple[Look, ...]:  # fmt: skip
    """A form: as it comes, with a fault, and done."""
    return (
        Look(address, "form", who, path),
        Look(address, "error", who, path, wrong, button),
        Look(address, "done", who, path, sent, button, said),
    )


READ = (
    Look("", "front", "", "", said="All uses"),
    Look("uses", "list", "", "uses"),
    Look("search", "found", "", "search?service=education"),
    Look("search", "nothing found", "", "search?company=nobody", said="There is no such use"),
    Look("by/<name:facet>/<name:value>", "list", "", "by/service/education"),
    Look("uses/<name:use>", "linked", "", f"uses/{USE}", said="How to say no"),
    Look("uses/<name:use>", "for a family", "looker", f"uses/{USE}"),
    Look("uses/<name:use>/figures", "figures", "", f"uses/{USE}/figures"),
    Look("uses/<name:use>/versions", "first", "", f"uses/{USE}/versions"),
    Look("uses/<name:use>/runs", "runs", "", f"uses/{USE}/runs"),
    Look("uses/<name:use>/audits", "empty", "", f"uses/{USE}/audits", said="Nobody has audited"),
    Look("uses/<name:use>/questions", "waiting", "", f"uses/{USE}/questions"),
    Look("uses/<name:use>/changed", "changed", "", f"uses/{USE}/changed"),
    Look("about", "text", "", "about"),
    Look("accessibility", "text", "", "accessibility"),
    Look("vocabulary", "lists", "", "vocabulary"),
    *_form("check", "", "check", "Check", {"given": "0"}, "The entry is in the log"),
    Look("check", "receipt", "looker", "check", {"given": "{receipt_text}"}, "Check", "genuine"),
    Look("questions", "asked", "", "questions", said="Questions and answers"),
    Look("questions/<number:number>", "open", "", "questions/{open}"),
    Look("questions/<number:number>", "open, for a family", "looker", "questions/{open}"),
    Look("questions/<number:number>", "answered, for its asker", "asker", "questions/{accepted}"),
    Look("questions/<number:number>", "answered, for the owner", "owner", "questions/{accepted}"),
    Look("questions/<number:number>", "none", "", "questions/99999", said="There is no such page"),
)
"""What anyone reads."""
ACCOUNTS = (
    *_form("sign-in", "", "sign-in", "Sign in", {"login": "looker", "password": "{password}"}, ""),
    *_form("sign-up", "", "sign-up", "Make the account",
           {"login": "new {n}", "password": "{password}"}, "Your account is made"),
    *_form("account", "changer {n}", "account", "Change the password",
           {"old": "{password}", "password": "{password}"}, "Your password is changed"),
    Look("second-factor", "wrong digits", "half", "second-factor", {"token": "000000"}, "Go on", "not right"),
    *_form("second-factor", "half", "second-factor", "Go on", {"token": "{digits}"}, "Record an answer"),
    *_form("staff/accounts", "keeper", "staff/accounts", "Make the account",
           {"login": "clerk {n}", "post": "Desk", "role": "clerk", "password": "{password}"},
           "The account is made"),
    Look("staff/accounts", "denied", "looker", "staff/accounts", said="You may not do this"),
)  # fmt: skip
"""Signing in, and accounts."""
PERMISSION = (
    *_form("letter", "", "letter", "Go on", {"code": "{code}"}, "Your letter"),
    Look("letter", "wrong code", "", "letter", {"code": "ABCD-EFGH"}, "Go on", "does not work"),
    Look("letter", "in another language", "", "letter", {"code": "{urdu}"}, "Go on", "checked this text"),
    Look("letter/answer", "error", "opened", "letter", EMPTY, "Send my answer"),
    Look("letter/answer", "done", "opened", "letter", {"answer": "no"}, "Send my answer", "You said no"),
    Look("letter/receipt/<name:name>", "not one's own", "", "letter/receipt/{receipt}"),
    Look("mine", "empty", "nobody", "mine", said="speaks for nobody yet"),
    *_form("offer", "", "offer", "Go on", {"code": "{offer}"}, "Say that this is wrong"),
    Look("offer", "wrong code", "", "offer", {"code": "ABCD-EFGH"}, "Go on", "does not work"),
    Look("offer/answer", "error", "offered", "offer", EMPTY, "Send it to somebody else"),
    Look("offer/answer", "done", "offered", "offer", {"why": "We moved away in spring."},
         "Send it to somebody else", "had no part in it"),
    Look("offer/answer", "left", "offered", "offer", EMPTY, "Leave it", "You left the offer"),
    *_form("mine", "looker", "mine", "Add", {"code": "{code}"}, "You now speak for this person"),
    Look("mine/receipt/<name:name>", "receipt", "looker", "mine/receipt/{receipt}", said="Your receipt"),
    Look("mine/<name:key>", "person", "looker", "mine/{key}"),
    Look("mine/<name:key>/history", "answers", "looker", "mine/{key}/history"),
    Look("mine/<name:key>/history", "empty", "looker", "mine/{silent}/history",
         said="You have not said anything yet"),
    Look("mine/<name:key>/end", "asked", "looker", "mine/{key}/end"),
    Look("mine/<name:key>/end", "done", "looker", "mine/{leaving}/end", EMPTY, "Stop", "no longer speaks"),
    *_form("mine/<name:key>/<name:use>", "looker", f"mine/{{key}}/{USE}", "Send my answer",
           {"answer": "later"}, "You put the answer off"),
    Look("mine/<name:key>/<name:use>", "not answered", "looker", f"mine/{{silent}}/{USE}",
         said="You have not answered"),
    Look("mine/<name:key>/<name:use>", "one service", "looker", f"mine/{{key}}/{USE}?service=education"),
    Look("mine/<name:key>/<name:use>", "unreviewed notice", "looker", f"mine/{{silent}}/{USE}?language=ur",
         said="checked this text"),
    Look("mine/<name:key>/<name:use>", "none", "looker", "mine/{key}/no-such-use"),
    *_form("mine/<name:key>/wrong", "looker", "mine/{key}/wrong", "Send it",
           {"service": "education", "field": "birth", "claim": "Born a day later.", "hold": "no"},
           "It is recorded"),
    Look("mine/wrong", "empty", "nobody", "mine/wrong", said="You have disputed no record"),
    Look("mine/wrong", "disputed", "looker", "mine/wrong{dispute}"),
    Look("mine/wrong", "done", "looker", "mine/wrong{dispute}", EMPTY, "Take it back", "It is recorded"),
    Look("mine/wrong", "error", "looker", "mine/no-such-person/wrong", said="There is no such page"),
    *_form("staff/record", "clerk", "staff/record", "Find", {"who": "{code}"}, "What they said"),
    Look("staff/record", "not recorded", "found", "staff/record", EMPTY, "Record it"),
    Look("staff/record", "recorded", "found", "staff/record",
         {"record-holder": "letter", "record-use": USE, "record-answer": "refuse",
          "record-channel": "phone"}, "Record it", "It is recorded"),
    Look("staff/record", "code made", "found", "staff/record",
         {"link-holder": "letter", "link-checked": "passport seen at the desk"}, "Make a code",
         "A code for an account"),
    Look("staff/receipt/<name:name>", "not one's own", "clerk", "staff/receipt/{receipt}"),
    Look("staff/disputes", "waiting", "clerk", "staff/disputes{dispute}"),
    Look("staff/disputes", "done", "clerk", "staff/disputes{dispute}", EMPTY, "Sent to the service", "It is recorded"),
    Look("staff/disputes", "error", "clerk", "staff/disputes{dispute_sent}", EMPTY, "Kept as it is"),
    Look("staff/disputes", "settled", "clerk", "staff/disputes?settled=yes"),
)  # fmt: skip
"""Letters, what may concern me, the desk."""
DIALOGUE = (
    Look("mine/questions", "empty", "nobody", "mine/questions", said="You have not asked anything yet"),
    Look("mine/questions", "asked", "asker", "mine/questions{waits}"),
    Look("mine/groups", "form", "looker", "mine/groups"),
    Look("mine/groups", "done", "looker", "mine/groups", {"groups": "lone"}, "Keep it", "kept apart"),
    *_form("uses/<name:use>/ask", "asker", f"uses/{USE}/ask", "Send",
           {"sort": "question", "words": WORDS}, "It is sent"),
    Look("uses/<name:use>/ask", "names somebody", "asker", f"uses/{USE}/ask",
         {"sort": "question", "words": "Why did Mrs Adeyemi look at our records?"}, "Send", "name"),
    Look("questions/<number:number>/say", "done", "looker", "questions/{open}", EMPTY, "I agree",
         "It is counted"),
    Look("questions/<number:number>/own", "done", "asker", "mine/questions{waits}", EMPTY, "Take it back",
         "It is taken back"),
    *_form("uses/<name:use>/notice", "owner", f"uses/{USE}/notice", "Publish", {"words": WORDS},
           "counts as nothing"),
    Look("staff/questions", "waiting", "auditor", "staff/questions{waits}"),
    *_form("staff/questions/<number:number>", "auditor", "staff/questions/{sent}", "Save",
           {"move": "withhold", "words": WORDS}, "It is in the log", {"move": "withhold"}),
    Look("staff/questions/<number:number>", "take down", "auditor", "staff/questions/{open}"),
    Look("staff/answers", "waiting", "owner", "staff/answers"),
    *_form("staff/answers/<number:number>", "owner", "staff/answers/{open}", "Publish",
           {"words": WORDS}, "The answer is published"),
    Look("staff/answers/<number:number>", "preview", "owner", "staff/answers/{proposed}",
         {"move": "accept", "condition": "no_company=true", "words": WORDS}, "Go on", "What would follow"),
    Look("staff/answers/<number:number>", "end", "owner", "staff/answers/{accepted}"),
)  # fmt: skip
"""Questions and answers."""
WORK = (
    *_form("staff/uses", "owner", "staff/uses", "See the ruling",
           {"id": "drafted-by-keyboard", "title": "A use", "controller": "Exampleton",
            "services": "education", "reasons": "offer_unasked", "purpose": "early_intervention",
            "people": "parents", "analytics": "linking", "action": "offer_of_support",
            "processor": "in_house"}, "If it were published today"),
    Look("staff/pairs", "empty", "reviewer three", "staff/pairs{no_pair}", said="No pair waits for you"),
    Look("staff/samples", "form", "auditor", "staff/samples"),
    Look("staff/samples", "error", "auditor", "staff/samples", {"number": "3"}, "Draw the sample"),
    Look("staff/samples", "too few", "auditor", "staff/samples", {"number": "10"}, "Draw the sample",
         "pairs or more"),
    Look("staff/samples", "done", "auditor", "staff/samples", {"number": "40"}, "Draw the sample",
         "pairs are drawn"),
    *_form("staff/pairs", "reviewer three", "staff/pairs{pair}", "Keep my answer", {"answer": "unsure"},
           "Your answer is kept"),
    Look("staff/offers", "empty", "reviewer three", "staff/offers{no_household}",
         said="You hold no household"),
    Look("staff/offers", "nobody waits", "reviewer three", "staff/offers{no_household}", EMPTY,
         "Take the next household", "No household waits for you"),
    Look("staff/offers", "form", "reviewer three", "staff/offers{household}", said="Somebody gets a benefit"),
    Look("staff/offers", "error", "reviewer three", "staff/offers{household}", {"because": ""}, "Keep my decision"),
    Look("staff/offers", "done", "reviewer three", "staff/offers{household}",
         {"answer": "no_offer", "because": "The records do not fit."}, "Keep my decision",
         "Your decision is kept"),
    Look("staff/offers", "put back", "reviewer three", "staff/offers{household}", EMPTY, "Put it back",
         "You put it back"),
    Look("staff/runs", "form", "owner", "staff/runs"),
    Look("staff/runs", "done", "owner", "staff/runs", EMPTY, "Publish every use", "It is queued"),
)  # fmt: skip
"""What staff do."""
LOOKS = (*READ, *ACCOUNTS, *PERMISSION, *DIALOGUE, *WORK)


def every(looks: Sequence[Look]) -> Iterator[tuple[Look, str]]:
    """Every page in every state and every language it is there in."""
    return ((one, language) for one in looks for language in one.languages)


def in_short(one: Look, language: str) -> bool:
    """Whether the short tier looks: in English at every state, in Welsh at the first of each address.

    A page in Welsh is the same page in other words; that every word is there is tested apart.
    """
    return language == "en" or one == next(o for o in LOOKS if o.address == one.address)


NOT_PAGES: Mapping[str, str] = {
    "sign-out": "a button of every page; sends on to the front page",
    "mine/verify": "sends on to the sign-in provider",
    "mine/verified": "the provider sends back here; sends on to what may concern me",
    "list/<number:page>": "the front page once more, for long lists",
    "by/<name:facet>/<name:value>/<number:page>": "the same list once more",
    "uses/<name:use>.html": "sends on to the page of the use",
}
"""Addresses that show no page of their own, and why. Files for machines are told by their ending."""


def is_file(address: str) -> bool:
    """Whether an address is a file for machines."""
    return not address.endswith(".html") and ("." in address or address.startswith("log/"))


WITHOUT_ERROR: Mapping[str, str] = {
    "mine/groups": "nothing has to be said",
    "mine/wrong": "buttons",
    "mine/<name:key>/end": "one button",
    "questions/<number:number>/say": "buttons",
    "questions/<number:number>/own": "buttons",
    "staff/runs": "buttons",
}
"""Forms that nobody can fill wrongly, and why."""
