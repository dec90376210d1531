"""Public conversations: read, counted as their notes say, and the group-informed figure as red-dwarf has it."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import sklearn.cluster
import sklearn.decomposition
import sklearn.metrics  # noqa: F401 - reading it draws from `random`, once

from licet.chapters.conversing import import_conversation, imported_text, votes_of
from licet.dialogue.opinions import group_informed, kept_participants, opinions
from licet.errors import BadInput
from licet.files.dialogue import read_conversation
from tests.suites import shared_file

ORACLE = Path(__file__).parents[1] / "oracles" / "dialogue"
NAMES = ("london.youth.policing", "brexit-consensus")


@pytest.fixture(params=NAMES)
def folder(request: pytest.FixtureRequest, shared: Path) -> Path:
    return shared_file(shared, f"data/dialogue/{request.param}")


def test_counts_are_those_of_the_notes(folder: Path) -> None:
    """Rows 640 and 5,312; of latest votes 638 and 5,303; people 26 and 204; statements 36 and 50."""
    found = import_conversation(folder)
    wanted = {"london.youth.policing": (26, 36, 638), "brexit-consensus": (204, 50, 5303)}
    assert (found.voters, len(found.statements), found.votes) == wanted[folder.name]


def test_latest_votes_are_those_of_the_published_matrix(folder: Path) -> None:
    conversation = read_conversation(folder)
    matrix, voters, ids = votes_of(conversation)
    with (folder / "participants-votes.csv").open(encoding="utf-8", newline="") as held:
        published = {row["participant"]: row for row in csv.DictReader(held)}
    for at, voter in enumerate(voters):
        told = [published[voter][one] for one in ids]
        assert ["" if np.isnan(v) else str(int(v)) for v in matrix[at]] == told


def test_the_group_informed_figure_is_red_dwarfs_with_the_published_groups(folder: Path) -> None:
    """tests/oracles/dialogue/red_dwarf.py holds the recipe; the figures agree to 1e-12."""
    conversation = read_conversation(folder)
    matrix, voters, ids = votes_of(conversation)
    own = [at for at, voter in enumerate(voters) if voter in conversation.published]
    labels = [int(conversation.published[voters[at]]) for at in own]
    found = dict(zip(ids, group_informed(matrix[own], labels), strict=True))
    oracle = json.loads((ORACLE / f"{folder.name}.json").read_text(encoding="utf-8"))
    assert found.keys() == oracle.keys()
    assert all(abs(found[one] - oracle[one]) < 1e-12 for one in oracle)


def test_two_dozen_people_are_not_enough_voices(shared: Path) -> None:
    found = import_conversation(shared / "data" / "dialogue" / NAMES[0])
    text = imported_text(found)
    assert all(one.informed is None for one in found.statements)
    assert "Not enough voices yet" in text and "Group-informed" not in text


def test_groups_are_the_same_each_time_and_of_every_kept_participant(shared: Path) -> None:
    matrix, *_ = votes_of(read_conversation(shared / "data" / "dialogue" / NAMES[1]))
    first, second = opinions(matrix), opinions(matrix)
    assert first is not None and second is not None
    assert first.labels.tolist() == second.labels.tolist()
    assert first.groups >= 2 and len(first.labels) == len(kept_participants(matrix))
    assert import_conversation(shared / "data" / "dialogue" / NAMES[1]).statements[0].seen > 0


def test_a_small_table_by_hand() -> None:
    """Two groups of three; statement 1: 3 of 3 and 2 of 3; 2: unseen; 3: 1 of 2 and 0 of 3."""
    nan = np.nan
    votes = np.array(
        [[1, nan, 1], [1, nan, 0], [1, nan, nan], [1, nan, -1], [1, nan, -1], [-1, nan, 0]],
        dtype=float,
    )
    found = group_informed(votes, [0, 0, 0, 1, 1, 1])
    assert found == pytest.approx([(4 / 5) * (3 / 5), 1 / 4, (2 / 4) * (1 / 5)])


def test_who_voted_little_is_kept_only_where_people_are_few() -> None:
    many = np.full((30, 20), np.nan)
    many[:, :7] = 1
    many[5, 3:] = np.nan
    assert kept_participants(many).tolist() == [n for n in range(30) if n != 5]
    few = np.full((16, 20), np.nan)
    few[:10, :8] = 1
    few[10:, :2] = 1
    few[15] = np.nan
    assert kept_participants(few).tolist() == list(range(15))
    assert opinions(few[:5]) is None


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("votes.csv", "timestamp,comment-id,voter-id,vote\n1,0,0,2\n", "no vote"),
        ("votes.csv", "timestamp,comment-id,voter-id,vote\nsoon,0,0,1\n", "no vote"),
        ("votes.csv", "timestamp,comment-id,vote\n1,0,1\n", "voter-id"),
        ("votes.csv", "timestamp,comment-id,voter-id,vote\n", "nobody voted"),
        ("votes.csv", "timestamp,comment-id,voter-id,vote\n1,0\n", "too short"),
        ("comments.csv", "\x00\xff", "comment-id"),
        ("comments.csv", None, "cannot be read"),
    ],
)
def test_faults_are_told(tmp_path: Path, name: str, text: str | None, told: str) -> None:
    (tmp_path / "comments.csv").write_text("comment-id,moderated,comment-body\n0,1,Text\n", "utf-8")
    (tmp_path / "votes.csv").write_text("timestamp,comment-id,voter-id,vote\n1,0,0,1\n", "utf-8")
    if text is None:
        (tmp_path / name).unlink()
    else:
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(BadInput, match=told):
        import_conversation(tmp_path)


def test_what_was_moderated_out_and_voted_twice_does_not_count(
    shared: Path, tmp_path: Path
) -> None:
    shutil.copytree(shared / "data" / "dialogue" / NAMES[0], tmp_path / "one")
    votes = tmp_path / "one" / "votes.csv"
    before = import_conversation(tmp_path / "one")
    votes.write_text(votes.read_text("utf-8") + votes.read_text("utf-8").split("\n", 1)[1], "utf-8")
    again = import_conversation(tmp_path / "one")
    assert (again.votes, again.voters) == (before.votes, before.voters)
