# Every item's permitting share for everybody and each group, with standard error and interval, by
# R's survey package: what `licet assess --no-report` computes before it rules.
# Arguments: answers.csv, items.csv, groups.csv, out.csv. See bench/processes.py.
suppressPackageStartupMessages(library(survey))
options(survey.lonely.psu = "adjust", digits = 17)

paths <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(paths[1], stringsAsFactors = FALSE)
items <- read.csv(paths[2], stringsAsFactors = FALSE)
groups <- read.csv(paths[3], stringsAsFactors = FALSE)

listed <- function(text) strsplit(text, "|", fixed = TRUE)[[1]]
for (row in seq_len(nrow(items))) {
  given <- answers[[items$column[row]]]
  counted <- ifelse(given %in% listed(items$valid[row]), given %in% listed(items$permits[row]), NA)
  answers[[paste0("y_", items$item[row])]] <- as.numeric(counted)
}
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~wt, data = answers)

table <- list()
for (group in seq_len(nrow(groups))) {
  inside <- eval(parse(text = groups$when[group]), answers)
  some <- design[which(inside), ]
  for (item in items$item) {
    y <- paste0("y_", item)
    valid <- some[!is.na(some$variables[[y]]), ]
    if (nrow(valid$variables) == 0) next
    share <- svyciprop(reformulate(y), valid, method = "beta")
    table[[length(table) + 1]] <- data.frame(
      item = item, group = groups$group[group], estimate = as.vector(coef(share)),
      se = as.vector(SE(share)), low = confint(share)[1], high = confint(share)[2]
    )
  }
}
write.csv(do.call(rbind, table), paths[4], row.names = FALSE)
