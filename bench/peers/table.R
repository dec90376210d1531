# Worker: tables by R's survey package. See bench/tables.py.
suppressPackageStartupMessages(library(survey))
options(digits = 17)

folder <- commandArgs(trailingOnly = TRUE)[1]
kinds <- read.csv(file.path(folder, "columns.csv"))
kinds <- kinds[!startsWith(kinds$name, "z"), ]
columns <- lapply(seq_len(nrow(kinds)), function(row) {
  path <- file.path(folder, paste0(kinds$name[row], ".bin"))
  what <- if (kinds$kind[row] == "f") "double" else "integer"
  readBin(path, what, n = file.size(path) / kinds$bytes[row], size = kinds$bytes[row])
})
people <- as.data.frame(setNames(columns, kinds$name))
rm(columns)
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
    return(data.frame(
      item = rep(items, each = nrow(found)), group = rep(found$g, length(items)),
      estimate = unlist(found[items]), se = unlist(SE(found))
    ))
  }
  do.call(rbind, Map(function(group, result) {
    data.frame(item = items, group = group, estimate = coef(result), se = as.vector(SE(result)))
  }, names(found), found))
}

answer <- function(...) cat(sprintf(...), "\n", sep = "", file = stdout())

tables <- list()
version <- paste0("R ", getRversion(), ", survey ", packageVersion("survey"))
answer('{"ready": "%s", "design": %.3f}', version, design_seconds)
input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) == 1) {
  ask <- strsplit(line, " ", fixed = TRUE)[[1]]
  if (ask[1] == "memory") {
    status <- grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)
    answer('{"mb": %.1f}', as.numeric(gsub("[^0-9]", "", status)) / 1024)
  } else if (ask[1] == "save") {
    write.csv(tidy(tables[[ask[2]]]), ask[3], row.names = FALSE)
    answer("{}")
  } else {
    invisible(gc())
    began <- proc.time()
    tables[[ask[1]]] <- makers[[ask[1]]]()
    took <- proc.time() - began
    answer('{"wall": %.3f, "cpu": %.3f}', took[["elapsed"]], took[["user.self"]] + took[["sys.self"]])
  }
}
