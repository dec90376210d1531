"""What the table of pages names in braces, made when a page asks for it: codes, people, questions, disputes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import count

from tests.linkage.town import USE, store_of
from tests.served.browser.place import Place, a_pair, digits
from tests.served.offers import a_household, decided_to_do
from tests.served.visitor import forms_of
from tests.web_permission.conftest import PASSWORD

WORDS = "Who in the office will be able to see our records?"
LOOKER = "looker"
"""A family account that speaks for somebody."""
_numbers = count(1)


@dataclass
class Known:
    """Names in braces, of one town."""

    place: Place

    def fill(self, text: str) -> str:
        """A text of the table with every name in braces filled in."""
        return re.sub(r"{(\w+)}", lambda found: str(getattr(self, found[1])), text)

    def filled(self, sent: Mapping[str, str]) -> dict[str, str]:
        """The same of what is sent."""
        return {name: self.fill(text) for name, text in sent.items()}

    password = PASSWORD

    @property
    def n(self) -> int:
        """Another number each time."""
        return next(_numbers)

    @property
    def code(self) -> str:
        """The code of a letter that nobody used."""
        return next(self.place.children)[1]

    @property
    def urdu(self) -> str:
        """The code of the letter in Urdu, whose notice nobody reviewed."""
        return self.place.urdu[0]

    @cached_property
    def key(self) -> str:
        """A voice that answered."""
        found = self.place.voice(LOOKER)
        self.receipt = self.place.says(LOOKER, found, "no")
        return found

    @cached_property
    def silent(self) -> str:
        """A voice that said nothing."""
        return self.place.voice(LOOKER)

    @property
    def leaving(self) -> str:
        """A voice that will end."""
        return self.place.voice(LOOKER)

    @cached_property
    def receipt(self) -> str:
        """The receipt of an answer."""
        return self.place.says(LOOKER, self.key, "no")

    @property
    def receipt_text(self) -> str:
        """The same as a file."""
        return self.place.post(LOOKER).get(f"/mine/receipt/{self.receipt}.json").text

    @property
    def digits(self) -> str:
        """What the app of somebody shows who signed in with a password alone."""
        return digits(self.place.post("half").get("/second-factor").text)

    @property
    def open(self) -> int:
        """A question that everybody reads and nobody answered."""
        return self.place.asked("question", WORDS)

    @property
    def sent(self) -> int:
        """A question that waits for a moderator."""
        return self.place.asked("question", WORDS, opened=False)

    @property
    def waits(self) -> str:
        """Nothing; but a question waits."""
        assert self.sent
        return ""

    @property
    def proposed(self) -> int:
        """A proposed condition."""
        return self.place.asked("proposal", WORDS)

    @cached_property
    def accepted(self) -> int:
        """An accepted condition that every run keeps."""
        number = self.proposed
        said = {"words": WORDS, "move": "accept", "condition": "maximum_age=", "value": "3650"}
        done = self.place.post("owner").send(
            f"/staff/answers/{number}", **said, seen="maximum_age=3650"
        )
        assert "The answer is published" in done.text, done.text[-3000:]
        return number

    @property
    def dispute(self) -> str:
        """Nothing; but a record is disputed."""
        self._disputed()
        return ""

    @property
    def dispute_sent(self) -> str:
        """Nothing; but a record is disputed, and the service looks at it."""
        self._disputed()
        clerk = self.place.post("clerk")
        forms = forms_of(clerk.get("/staff/disputes").text)
        form = next(one for one in forms if one["fields"].get("step") == "send")
        done = clerk.client.post("/staff/disputes", data=form["fields"])
        assert "It is recorded" in done.text, done.text[-3000:]
        return ""

    def _disputed(self) -> None:
        sent = self.place.post(LOOKER).send(
            f"/mine/{self.key}/wrong",
            service="education",
            field="birth",
            claim="A day later.",
            hold="no",
        )
        assert "It is recorded" in sent.text, sent.text[-3000:]

    @property
    def no_pair(self) -> str:
        """Nothing; and no pair waits."""
        with store_of(self.place.root) as store:
            store.pairs.forget([one.pair.name for one in store.pairs.of_use(USE)])
        return ""

    @property
    def pair(self) -> str:
        """Nothing; but a pair waits."""
        a_pair(self.place, f"{self.n:024x}")
        return ""

    @cached_property
    def _decided(self) -> bool:
        decided_to_do(self.place.root)
        return True

    @property
    def no_household(self) -> str:
        """Nothing; and no household waits."""
        assert self._decided
        with store_of(self.place.root) as store:
            store.offers.close(USE)
        return ""

    @property
    def household(self) -> str:
        """Nothing; but a reviewer holds a household."""
        assert self.no_household == ""
        a_household(self.place.root, POSTS)
        done = self.place.post("reviewer three").post("/staff/offers", act="take")
        assert "Somebody gets a benefit" in done.text, done.text[-3000:]
        return ""

    @property
    def offer(self) -> str:
        """The code of a letter about an offer."""
        assert self._decided
        return a_household(self.place.root, POSTS, offered=True)[1]


POSTS = ("Office reviewer", "Another office")
PREPARED: Mapping[str, tuple[str, str, str, str]] = {
    "opened": ("", "letter", "code", "Go on"),
    "offered": ("", "offer", "code", "Go on"),
    "found": ("clerk", "staff/record", "who", "Find"),
}
"""Whoever typed the code of a letter before: account, page, field, button."""
