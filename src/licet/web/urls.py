"""Every address of the site. Public pages are also there in Welsh, below ``cy/``."""

from __future__ import annotations

from django.urls import path

from licet.web.views import (
    accounts,
    answering,
    dialogue,
    disputes,
    drafts,
    letters,
    mine,
    offers,
    openid,
    public,
    record,
    review,
    runs,
)

urlpatterns = [
    *public.urlpatterns,  # first: most visitors read, and each address before theirs would be tried
    path("letter", letters.letter),
    path("letter/answer", letters.answer),
    path("letter/receipt/<name:name>.json", letters.receipt_file),
    path("letter/receipt/<name:name>", letters.receipt),
    path("offer", offers.offer),
    path("offer/answer", offers.answer),
    path("mine", mine.mine),
    path("mine/questions", dialogue.mine),
    path("mine/groups", dialogue.groups),
    path("mine/verify", openid.verify),
    path("mine/verified", openid.verified),
    path("mine/wrong", disputes.own),
    path("mine/receipt/<name:name>.json", mine.receipt_file),
    path("mine/receipt/<name:name>", mine.receipt),
    path("mine/<name:key>", mine.person),
    path("mine/<name:key>/history", mine.history),
    path("mine/<name:key>/end", mine.end),
    path("mine/<name:key>/wrong", disputes.wrong),
    path("mine/<name:key>/<name:use>", mine.use),
    path("staff/record", record.record),
    path("staff/receipt/<name:name>.json", record.receipt_file),
    path("staff/receipt/<name:name>", record.receipt),
    path("staff/disputes", disputes.settle),
    path("sign-in", accounts.sign_in),
    path("sign-up", accounts.sign_up),
    path("sign-out", accounts.sign_out),
    path("second-factor", accounts.second_factor),
    path("account", accounts.account),
    path("staff/uses", drafts.draft),
    path("staff/accounts", accounts.accounts),
    path("questions", dialogue.questions),
    path("questions/<number:number>", dialogue.question),
    path("questions/<number:number>/say", dialogue.say),
    path("questions/<number:number>/own", dialogue.own_move),
    path("uses/<name:use>/ask", dialogue.ask),
    path("uses/<name:use>/notice", answering.notice),
    path("staff/questions", answering.moderation),
    path("staff/questions/<number:number>", answering.moderate),
    path("staff/answers", answering.answers),
    path("staff/answers/<number:number>", answering.answer),
    path("staff/pairs", review.pairs),
    path("staff/offers", offers.queue),
    path("staff/samples", review.draw),
    path("staff/samples/<name:use>.csv", review.labels),
    path("staff/runs", runs.runs),
]
handler400 = "licet.web.views.faults.bad_request"
handler403 = "licet.web.views.faults.denied"
handler404 = "licet.web.views.faults.missing"
handler500 = "licet.web.views.faults.broken"
