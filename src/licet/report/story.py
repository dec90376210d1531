"""What `licet` says on its own. It imports nothing, so that it is there at once."""

STORY = """\
licet: may these records about families be joined, and on what terms?

  It measures whether the people concerned license a data use, says how sure that
  is, and rules: licensed, ask each family, not known, or not permitted.
  The least-licensed affected group decides; unproven is not granted.

  licet paper                     a published survey, judged again: what is firm
  licet judge table.csv           any printed table of percentages and bases
  licet table answers.sav --weight wt --by ethnicity --items trust_a,trust_b
  licet init town/                a commented workspace that runs as it is
  licet assess town/uses/early-help.toml      the ruling, with reasons and reports

Next: licet init town/    All commands: licet --help
Licence is not legality. Nothing here delays an individual child-protection disclosure.
"""
