# What workers share: the columns of a folder, and answers to one line after another.
# Sourced by table.R and replicates.R.
options(digits = 17)

answer <- function(...) cat(sprintf(...), "\n", sep = "", file = stdout())

# The people of a folder: columns.csv names its columns, each a file of numbers. without: a prefix
# of names that are not read.
people_of <- function(folder, without = NULL) {
  kinds <- read.csv(file.path(folder, "columns.csv"))
  if (!is.null(without)) kinds <- kinds[!startsWith(kinds$name, without), ]
  columns <- lapply(seq_len(nrow(kinds)), function(row) {
    path <- file.path(folder, paste0(kinds$name[row], ".bin"))
    what <- if (kinds$kind[row] == "f") "double" else "integer"
    readBin(path, what, n = file.size(path) / kinds$bytes[row], size = kinds$bytes[row])
  })
  as.data.frame(setNames(columns, kinds$name))
}

# Makes the table that each line asks for and tells how long it took, in seconds. A line may also
# ask for the memory taken (MB), or to save a table. makers: functions by what is asked; tidy: of a
# table, one row per item and group.
serve <- function(design_seconds, makers, tidy) {
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
}

# Rows of a table by group: item, group, estimate and standard error.
tidy_by_group <- function(items, found) {
  data.frame(
    item = rep(items, each = nrow(found)), group = rep(found$g, length(items)),
    estimate = unlist(found[items]), se = unlist(SE(found))
  )
}
