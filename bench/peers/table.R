# Worker: tables by R's survey package. See bench/tables.py.
suppressPackageStartupMessages(library(survey))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "worker.R"))

folder <- commandArgs(trailingOnly = TRUE)[1]
people <- people_of(folder, without = "z")
items <- paste0("y", 1:20)
groups <- paste0("g", 1:12)
formula <- reformulate(items)

# Designs are made once, outside the timing, with the columns that a table needs and no others:
# R copies every column of a design when it takes a group out of it.
design_of <- function(needed) {
  svydesign(
    ids = ~psu, strata = ~stratum, weights = ~weight,
    data = people[c("psu", "stratum", "weight", needed)]
  )
}
began <- proc.time()[["elapsed"]]
with_one <- design_of(c("g", items))
design_seconds <- proc.time()[["elapsed"]] - began
with_twelve <- design_of(c(groups, items))
bare <- design_of(NULL)

inside_of <- list(
  one = function() lapply(setNames(0:11, 0:11), function(level) which(people$g == level)),
  twelve = function() lapply(setNames(groups, groups), function(g) which(people[[g]] == 1L))
)

makers <- list(
  one = function() svyby(formula, ~g, with_one, svymean),
  # Nothing in the package takes overlapping groups in one call; svyby over each takes four times
  # as long as this, since it also makes the table of everybody else.
  twelve = function() {
    lapply(inside_of$twelve(), function(rows) svymean(formula, with_twelve[rows, ]))
  },
  # By hand, for whoever knows where the time goes: no model frame, nothing but the design subset.
  one_tuned = function() tuned(inside_of$one()),
  twelve_tuned = function() tuned(inside_of$twelve())
)

tuned <- function(inside) {
  answers <- as.matrix(people[items])
  lapply(inside, function(rows) svymean(answers[rows, ], bare[rows, ]))
}

tidy <- function(found) {
  if (inherits(found, "svyby")) {
    return(tidy_by_group(items, found))
  }
  do.call(rbind, Map(function(group, result) {
    data.frame(item = items, group = group, estimate = coef(result), se = as.vector(SE(result)))
  }, names(found), found))
}

serve(design_seconds, makers, tidy)
