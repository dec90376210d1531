# Worker: a table from replicate weights by R's survey package. See bench/replication.py.
suppressPackageStartupMessages(library(survey))
options(digits = 17)

folder <- commandArgs(trailingOnly = TRUE)[1]
kinds <- read.csv(file.path(folder, "columns.csv"))
columns <- lapply(seq_len(nrow(kinds)), function(row) {
  path <- file.path(folder, paste0(kinds$name[row], ".bin"))
  what <- if (kinds$kind[row] == "f") "double" else "integer"
  readBin(path, what, n = file.size(path) / kinds$bytes[row], size = kinds$bytes[row])
})
people <- as.data.frame(setNames(columns, kinds$name))
rm(columns)
items <- paste0("y", 1:20)
repweights <- as.matrix(people[paste0("r", 1:80)])
answer <- function(...) cat(sprintf(...), "\n", sep = "", file = stdout())

# The design is made once, outside the timing, with the columns that a table needs and no others.
began <- proc.time()[["elapsed"]]
design <- svrepdesign(
  data = people[c("g", items)], weights = people$weight, repweights = repweights,
  type = "BRR", combined.weights = TRUE, mse = TRUE
)
design_seconds <- proc.time()[["elapsed"]] - began
rm(people, repweights)
table <- NULL
version <- paste0("R ", getRversion(), ", survey ", packageVersion("survey"))
answer('{"ready": "%s", "design": %.3f}', version, design_seconds)
input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) == 1) {
  ask <- strsplit(line, " ", fixed = TRUE)[[1]]
  if (ask[1] == "memory") {
    status <- grep("^VmHWM", readLines("/proc/self/status"), value = TRUE)
    answer('{"mb": %.1f}', as.numeric(gsub("[^0-9]", "", status)) / 1024)
  } else if (ask[1] == "save") {
    tidy <- data.frame(
      item = rep(items, each = nrow(table)), group = rep(table$g, length(items)),
      estimate = unlist(table[items]), se = unlist(SE(table))
    )
    write.csv(tidy, ask[3], row.names = FALSE)
    answer("{}")
  } else {
    invisible(gc())
    began <- proc.time()
    table <- svyby(reformulate(items), ~g, design, svymean)
    took <- proc.time() - began
    answer('{"wall": %.3f, "cpu": %.3f}', took[["elapsed"]], took[["user.self"]] + took[["sys.self"]])
  }
}
