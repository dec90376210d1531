"""The story, one line per stage. Read this first; each name is a few calls long in ``chapters/``.

ask       a questionnaire in plain words, and its answers brought back   chapters/questionnaires
plan      what a survey can find out, and what certainty costs           chapters/surveying
weigh     answers -> weights that meet what is known of people           chapters/weighing
measure   evidence -> weighted shares with intervals                     chapters/measuring
tell      shares as banner tables and charts                             chapters/banners, charting
compare   group against the rest, batteries of items, waves              chapters/comparing, following
doubt     who did not answer, what moved answers, what rests on a choice chapters/checking
declare   drafts of codebooks and uses                                   chapters/drafting
rule      verdicts + a declared use -> a ruling with reasons; reports    chapters/ruling
publish   what is proposed and ruled, into log and register            chapters/publishing
permit    each person's own yes or no                                  chapters/permitting
feed      extracts of services, checked against their contracts       chapters/feeding
link      permitted rows -> people, households; or refused             chapters/linking, admitting, joining
hand over the same from values, for programs: licet.link              chapters/given
follow    a no takes effect, new rows arrive, runs end                  chapters/arriving, changing, sealing
oversee   every run: in force, sealed, destroyed; kept so by a timer     chapters/overseeing
audit     for whom is a source, a linkage, a forecast wrong               chapters/auditing*
decide    ruling and audits -> do, narrow, build or stop                 chapters/deciding
explain   why rows are one person, for a named officer                   chapters/explaining
witness   the log, checked and read                                     chapters/witnessing
look      workspaces: made, checked, shown                               chapters/workspaces
"""

from __future__ import annotations

from licet.chapters.arriving import arrive, follow
from licet.chapters.auditing_contact import audit_contact
from licet.chapters.auditing_forecast import audit_forecast
from licet.chapters.auditing_linkage import audit_linkage
from licet.chapters.auditing_source import audit_source
from licet.chapters.banners import banner
from licet.chapters.charting import chart
from licet.chapters.checking import quality
from licet.chapters.comparing import contrasts
from licet.chapters.deciding import consider, decide
from licet.chapters.demonstrating import demo
from licet.chapters.drafting import draft_codebook, draft_use
from licet.chapters.explaining import explain_linked
from licet.chapters.following import waves
from licet.chapters.grounds import NotLinked
from licet.chapters.linking import link
from licet.chapters.linkwords import arrive_text, linked_text, refused_text
from licet.chapters.measuring import (
    PAPER,
    judge,
    paper,
    read_answers,
    table,
    table_of_file,
    write_table,
)
from licet.chapters.publishing import publish
from licet.chapters.registering import publish_site
from licet.chapters.ruling import (
    assess,
    assessment_json,
    assessment_screen,
    compare,
    explain,
    reports_folder,
    write_reports,
)
from licet.chapters.surveying import next_survey, plan, plan_survey
from licet.chapters.weighing import weigh
from licet.chapters.workspaces import check, init, status
from licet.files.codebook import read_evidence
from licet.files.use import read_use
from licet.planning import ARTICLE_BASES

__all__ = [
    "ARTICLE_BASES",
    "PAPER",
    "NotLinked",
    "arrive",
    "arrive_text",
    "assess",
    "assessment_json",
    "assessment_screen",
    "audit_contact",
    "audit_forecast",
    "audit_linkage",
    "audit_source",
    "banner",
    "chart",
    "check",
    "compare",
    "consider",
    "contrasts",
    "decide",
    "demo",
    "draft_codebook",
    "draft_use",
    "explain",
    "explain_linked",
    "follow",
    "init",
    "judge",
    "link",
    "linked_text",
    "next_survey",
    "paper",
    "plan",
    "plan_survey",
    "publish",
    "publish_site",
    "quality",
    "read_answers",
    "read_evidence",
    "read_use",
    "refused_text",
    "reports_folder",
    "status",
    "table",
    "table_of_file",
    "waves",
    "weigh",
    "write_reports",
    "write_table",
]
