"""Asks aequitas 1.1.0 for its table of groups and its disparities. Run it in an environment of its own.

It writes groups.csv beside itself: a row for each group, figures with 17 digits.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from aequitas.bias import Bias
from aequitas.group import Group

HERE = Path(__file__).parent
REFERENCE = {"race": "White", "sex": "male", "age": "prime"}
COLUMNS = [
    "attribute_name", "attribute_value", "tp", "fp", "fn", "tn", "group_size",
    "fpr", "fnr", "precision", "fdr", "pprev", "prev",
    "fpr_disparity", "fnr_disparity", "precision_disparity", "fdr_disparity", "pprev_disparity",
]  # fmt: skip


def main() -> None:
    """People in, groups out."""
    people = pd.read_csv(HERE / "people.csv")
    table, _ = Group().get_crosstabs(people, attr_cols=list(REFERENCE))
    full = Bias().get_disparity_predefined_groups(
        table, original_df=people, ref_groups_dict=REFERENCE, check_significance=False
    )
    full[COLUMNS].to_csv(
        HERE / "groups.csv", index=False, float_format="%.17g", lineterminator="\n"
    )


if __name__ == "__main__":
    main()
