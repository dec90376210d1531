"""The audit: for whom is the linkage wrong, for whom is the forecast wrong?

Pure: arrays and values in, counts and shares with intervals out. No person, row or score leaves it.

source, contact   what a feed holds and of whom; do families avoid services since?
linked/           missed and false matches by group, against truth or a clerical sample
forecast          a score, a flag or a rule against what came to be; from
  plan, input/    what is asked beforehand, what comes in, checked
  drawing/        how far figures would move by chance
  groups/         error and flag rates by group, and gaps
  score/          skill, calibration, benefit, rivals, time
  beyond/         people outside, outcomes not looked for, wrong links, later steps
  judging/        the gates G0 to G7
standing          PASS, FAIL or UNDETERMINED, by interval
"""
