"""The audit: for whom is the linkage wrong, for whom is the forecast wrong?

Pure: arrays and values in, counts and shares with intervals out. No person, row or score leaves it.

source       what a feed holds, and who is in it more often than in the population
linked       missed and false matches by group, against truth or a clerical sample
forecast     a score, a flag or a rule against what came to be
contact      do families avoid services since?
gates        what follows: PASS, FAIL or UNDETERMINED, each with what would settle it
"""
