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
    openid,
    public,
    record,
    review,
    runs,
)

urlpatterns = [
    path("letter", letters.letter),
    path("letter/answer", letters.answer),
    path("letter/receipt/<slug:name>.json", letters.receipt_file),
    path("letter/receipt/<slug:name>", letters.receipt),
    path("mine", mine.mine),
    path("mine/questions", dialogue.mine),
    path("mine/groups", dialogue.groups),
    path("mine/verify", openid.verify),
    path("mine/verified", openid.verified),
    path("mine/wrong", disputes.own),
    path("mine/receipt/<slug:name>.json", mine.receipt_file),
    path("mine/receipt/<slug:name>", mine.receipt),
    path("mine/<slug:key>", mine.person),
    path("mine/<slug:key>/history", mine.history),
    path("mine/<slug:key>/end", mine.end),
    path("mine/<slug:key>/wrong", disputes.wrong),
    path("mine/<slug:key>/<slug:use>", mine.use),
    path("staff/record", record.record),
    path("staff/receipt/<slug:name>.json", record.receipt_file),
    path("staff/receipt/<slug:name>", record.receipt),
    path("staff/disputes", disputes.settle),
    path("sign-in", accounts.sign_in),
    path("sign-up", accounts.sign_up),
    path("sign-out", accounts.sign_out),
    path("second-factor", accounts.second_factor),
    path("account", accounts.account),
    path("staff/uses", drafts.draft),
    path("staff/accounts", accounts.accounts),
    path("questions", dialogue.questions),
    path("questions/<int:number>", dialogue.question),
    path("questions/<int:number>/say", dialogue.say),
    path("questions/<int:number>/own", dialogue.own_move),
    path("uses/<slug:use>/ask", dialogue.ask),
    path("uses/<slug:use>/notice", answering.notice),
    path("staff/questions", answering.moderation),
    path("staff/questions/<int:number>", answering.moderate),
    path("staff/answers", answering.answers),
    path("staff/answers/<int:number>", answering.answer),
    path("staff/pairs", review.pairs),
    path("staff/samples", review.draw),
    path("staff/samples/<slug:use>.csv", review.labels),
    path("staff/runs", runs.runs),
    *public.urlpatterns,
]
handler400 = "licet.web.views.faults.bad_request"
handler403 = "licet.web.views.faults.denied"
handler404 = "licet.web.views.faults.missing"
handler500 = "licet.web.views.faults.broken"
