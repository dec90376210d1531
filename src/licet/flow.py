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
speak     letters, accounts and the desk: who says it, and for whom     chapters/speaking, desk, reminding
correct   a family says that a record is wrong                           chapters/correcting
feed      extracts of services, checked against their contracts       chapters/feeding
link      permitted rows -> people, households; or refused             chapters/linking, admitting, joining
hand over the same from values, for programs: licet.link              chapters/given
follow    a no takes effect, new rows arrive, runs end                  chapters/arriving, changing, sealing
oversee   every run: in force, sealed, destroyed; kept so by a timer     chapters/overseeing
audit     for whom is a source, a linkage, a forecast wrong               chapters/auditing*
decide    ruling and audits -> do, narrow, build or stop                 chapters/deciding
forecast  models with splits in time, audited; a card and no list      chapters/forecast*
identify  criteria -> counts -> conditions of release -> reviewers        chapters/identifying
talk      asked, moderated, answered; a condition accepted binds         chapters/talking, accepting
explain   why rows are one person, for a named officer                   chapters/explaining
offer     a household before one named person, its letter, its answer   chapters/offering, contesting
review    pairs of rows before two reviewers, each blind to the other    chapters/reviewing
propose   a use drafted in a browser, and its ruling                     chapters/proposing
keep      a workspace copied, put back, under a new key                  chapters/keeping
witness   the log, checked and read                                     chapters/witnessing
look      workspaces: made, checked, shown                               chapters/workspaces
"""

from __future__ import annotations

import ast
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from licet.chapters.accepting import fitting as fitting_conditions
    from licet.chapters.accepting import preview as preview_condition
    from licet.chapters.arriving import arrive, follow
    from licet.chapters.auditing_contact import audit_contact
    from licet.chapters.auditing_forecast import audit_forecast
    from licet.chapters.auditing_linkage import audit_linkage
    from licet.chapters.auditing_source import audit_source
    from licet.chapters.banners import banner
    from licet.chapters.charting import chart
    from licet.chapters.checked import look as check_given
    from licet.chapters.checking import quality
    from licet.chapters.comparing import contrasts
    from licet.chapters.contesting import contest_offer, leave_offer, open_offer
    from licet.chapters.correcting import FIELDS as DISPUTED_FIELDS
    from licet.chapters.correcting import all_disputes, dispute
    from licet.chapters.correcting import move as move_dispute
    from licet.chapters.correcting import of_account as own_disputes
    from licet.chapters.correcting import services as disputable_services
    from licet.chapters.deciding import consider, decide
    from licet.chapters.demonstrating import demo
    from licet.chapters.desk import letter_holder, link_for, look_up, record_for
    from licet.chapters.desk import nobody as desk_found_nobody
    from licet.chapters.drafting import draft_codebook, draft_use
    from licet.chapters.entries import choices as register_choices
    from licet.chapters.entries import entries as register_entries
    from licet.chapters.entries import entry as register_entry
    from licet.chapters.entries import listing as register_listing
    from licet.chapters.explaining import explain_linked
    from licet.chapters.following import waves
    from licet.chapters.forecast_release import (
        model_card,
        model_released_json,
        model_released_text,
        release_model,
        use_of_model,
    )
    from licet.chapters.forecasting import fit as fit_forecast
    from licet.chapters.forecasting import fitted_json, fitted_text
    from licet.chapters.grounds import NotLinked
    from licet.chapters.identifying import identified_json, identified_text, identify
    from licet.chapters.keeping import back_up, restore, rotate_keys
    from licet.chapters.linking import link
    from licet.chapters.linkwords import arrive_text, linked_text, refused_text
    from licet.chapters.listening import heard, question
    from licet.chapters.listening import own as own_questions
    from licet.chapters.listening import queue as dialogue_queue
    from licet.chapters.looking import receipt_json
    from licet.chapters.measuring import (
        PAPER,
        judge,
        paper,
        read_answers,
        table,
        table_of_file,
        write_table,
    )
    from licet.chapters.noticing import published_uses, title_of
    from licet.chapters.offering import decide_offer, next_offer
    from licet.chapters.offering import put_back as put_offer_back
    from licet.chapters.permitting import Said
    from licet.chapters.proposing import keep_proposed, propose
    from licet.chapters.publishing import publish
    from licet.chapters.registering import made_up, publish_site, site_head
    from licet.chapters.reviewing import (
        answer_pair,
        draw_pairs,
        next_pair,
        pair_labels,
        pairs_so_far,
        write_pair_labels,
    )
    from licet.chapters.ruling import (
        assess,
        assessment_json,
        assessment_screen,
        compare,
        explain,
        reports_folder,
        write_reports,
    )
    from licet.chapters.serving_files import LOG_FILES, REGISTER_FILES, register_file
    from licet.chapters.speaking import (
        account_verified,
        answer_letter,
        concerned,
        end_voice,
        matter,
        matters,
        open_letter,
        open_voice,
        provider,
        speaks,
        verify_account,
        voice_of,
    )
    from licet.chapters.speaking import history as own_history
    from licet.chapters.speaking import receipt as kept_receipt
    from licet.chapters.speaking import say as say_for
    from licet.chapters.stores import keep_store_open, served_database
    from licet.chapters.surveying import next_survey, plan, plan_survey
    from licet.chapters.talking import Who, dialogue_groups, say, use_titles, vote_of
    from licet.chapters.talking import ask as ask_dialogue
    from licet.chapters.talking import declare as declare_groups
    from licet.chapters.talking import do as do_dialogue
    from licet.chapters.weighing import weigh
    from licet.chapters.working import followed_line, linked_line, published_line, uses_to_run
    from licet.chapters.workspaces import check, init, status
    from licet.conditions import made as made_condition
    from licet.dialogue.items import check_words
    from licet.dialogue.names import named_in
    from licet.files.codebook import read_evidence
    from licet.files.use import read_use
    from licet.planning import ARTICLE_BASES

__all__ = [
    "ARTICLE_BASES",
    "DISPUTED_FIELDS",
    "LOG_FILES",
    "PAPER",
    "REGISTER_FILES",
    "NotLinked",
    "Said",
    "Who",
    "account_verified",
    "all_disputes",
    "answer_letter",
    "answer_pair",
    "arrive",
    "arrive_text",
    "ask_dialogue",
    "assess",
    "assessment_json",
    "assessment_screen",
    "audit_contact",
    "audit_forecast",
    "audit_linkage",
    "audit_source",
    "back_up",
    "banner",
    "chart",
    "check",
    "check_given",
    "check_words",
    "compare",
    "concerned",
    "consider",
    "contest_offer",
    "contrasts",
    "decide",
    "decide_offer",
    "declare_groups",
    "demo",
    "desk_found_nobody",
    "dialogue_groups",
    "dialogue_queue",
    "disputable_services",
    "dispute",
    "do_dialogue",
    "draft_codebook",
    "draft_use",
    "draw_pairs",
    "end_voice",
    "explain",
    "explain_linked",
    "fit_forecast",
    "fitted_json",
    "fitted_text",
    "fitting_conditions",
    "follow",
    "followed_line",
    "heard",
    "identified_json",
    "identified_text",
    "identify",
    "init",
    "judge",
    "keep_proposed",
    "keep_store_open",
    "kept_receipt",
    "leave_offer",
    "letter_holder",
    "link",
    "link_for",
    "linked_line",
    "linked_text",
    "look_up",
    "made_condition",
    "made_up",
    "matter",
    "matters",
    "model_card",
    "model_released_json",
    "model_released_text",
    "move_dispute",
    "named_in",
    "next_offer",
    "next_pair",
    "next_survey",
    "open_letter",
    "open_offer",
    "open_voice",
    "own_disputes",
    "own_history",
    "own_questions",
    "pair_labels",
    "pairs_so_far",
    "paper",
    "plan",
    "plan_survey",
    "preview_condition",
    "propose",
    "provider",
    "publish",
    "publish_site",
    "published_line",
    "published_uses",
    "put_offer_back",
    "quality",
    "question",
    "read_answers",
    "read_evidence",
    "read_use",
    "receipt_json",
    "record_for",
    "refused_text",
    "register_choices",
    "register_entries",
    "register_entry",
    "register_file",
    "register_listing",
    "release_model",
    "reports_folder",
    "restore",
    "rotate_keys",
    "say",
    "say_for",
    "served_database",
    "site_head",
    "speaks",
    "status",
    "table",
    "table_of_file",
    "title_of",
    "use_of_model",
    "use_titles",
    "uses_to_run",
    "verify_account",
    "voice_of",
    "vote_of",
    "waves",
    "weigh",
    "write_pair_labels",
    "write_reports",
    "write_table",
]


def __getattr__(name: str) -> Any:
    """A stage, whose chapter is read when it is first asked for: each command waits for its own alone."""
    module, called = _stages().get(name, ("", ""))
    if not module:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(module), called)
    return found


def __dir__() -> list[str]:
    return __all__


@cache
def _stages() -> dict[str, tuple[str, str]]:
    """By name: the module and the name there. Read from the imports above, so that they stand once."""
    spec = find_spec(__name__)
    source = spec.loader.get_source(__name__) if spec and spec.loader else ""  # type: ignore[attr-defined]
    lines = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.ImportFrom))
    return {
        one.asname or one.name: (node.module or "", one.name)
        for node in lines
        for one in node.names
    }
