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
items <- paste0("y", 1:20)
groups <- paste0("g", 1:12)
formula <- reformulate(items)

# The design is made once, outside the timing.
began <- proc.time()[["elapsed"]]
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = people)
design_seconds <- proc.time()[["elapsed"]] - began
rm(columns)
invisible(gc())

one <- function() svyby(formula, ~g, design, svymean)

# The quickest sensible form: one call per group for all items, the design subset each time.
twelve <- function() {
  lapply(groups, function(group) {
    inside <- design$variables[[group]] == 1L
    svymean(formula, design[inside, ])
  })
}

tidy_one <- function(found) {
  n <- nrow(found)
  data.frame(
    item = rep(items, each = n), group = rep(found$g, length(items)),
    estimate = unlist(found[items]), se = unlist(SE(found))
  )
}

tidy_twelve <- function(found) {
  do.call(rbind, Map(function(group, result) {
    data.frame(item = items, group = group, estimate = coef(result), se = as.vector(SE(result)))
  }, groups, found))
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
    tidy <- if (ask[2] == "one") tidy_one else tidy_twelve
    write.csv(tidy(tables[[ask[2]]]), ask[3], row.names = FALSE)
    answer("{}")
  } else {
    invisible(gc())
    began <- proc.time()
    tables[[ask[1]]] <- if (ask[1] == "one") one() else twelve()
    took <- proc.time() - began
    answer('{"wall": %.3f, "cpu": %.3f}', took[["elapsed"]], took[["user.self"]] + took[["sys.self"]])
  }
}
