# Worker: a table from replicate weights by R's survey package. See bench/replication.py.
suppressPackageStartupMessages(library(survey))
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(here, "worker.R"))

folder <- commandArgs(trailingOnly = TRUE)[1]
people <- people_of(folder)
items <- paste0("y", 1:20)
repweights <- as.matrix(people[paste0("r", 1:80)])

# The design is made once, outside the timing, with the columns that a table needs and no others.
began <- proc.time()[["elapsed"]]
design <- svrepdesign(
  data = people[c("g", items)], weights = people$weight, repweights = repweights,
  type = "BRR", combined.weights = TRUE, mse = TRUE
)
design_seconds <- proc.time()[["elapsed"]] - began
rm(people, repweights)

makers <- list(replicates = function() svyby(reformulate(items), ~g, design, svymean))
serve(design_seconds, makers, function(found) tidy_by_group(items, found))
