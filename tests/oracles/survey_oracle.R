# Estimates from Thomas Lumley's R package survey on the synthetic designs beside this file.
#
#   Rscript survey_oracle.R [OUT_FOLDER]     (default: the folder of this script)
#
# Writes survey_oracle.csv and survey_intervals.csv. README.md says what the columns are.
suppressMessages(library(survey))

arguments <- commandArgs(FALSE)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", arguments, value = TRUE))))
out <- if (length(commandArgs(TRUE))) commandArgs(TRUE)[1] else here

ITEMS <- c("trust_a", "trust_b", "aware", "rare", "settled")
GROUPS <- c("ethnicity", "lone", "age", "place")
# Lonely PSU policies per design: where no stratum is lonely, R must never need one ("fail").
POLICIES <- list(lonely = c("remove", "certainty", "adjust", "average"))
WITH_INTERVALS <- c("stratified_clusters", "clustered", "weights_only")

read_design <- function(name) {
  d <- read.csv(file.path(here, "designs", paste0(name, ".csv")), colClasses = "character", na.strings = "")
  d$wt <- as.numeric(d$wt)
  ids <- if ("psu" %in% names(d)) ~psu else ~1
  strata <- if ("st" %in% names(d)) ~st else NULL
  svydesign(ids = ids, strata = strata, weights = ~wt, nest = name == "nested_labels", data = d)
}

settled <- function(p) p < 1e-12 || p > 1 - 1e-12  # all or nobody, but for rounding

# `base`: the domain of people with a valid answer. Never a filtered file: `[` on a design keeps its strata and PSUs.
estimate_row <- function(base) {
  m <- svymean(~y, base, deff = "replace")
  p <- as.numeric(coef(m))
  list(n = sum(weights(base) > 0), estimate = p, se = as.numeric(SE(m)), df = degf(base),
       deff = if (settled(p)) NA else as.numeric(deff(m)))
}

# The level against everybody else whose value of the grouping variable is known.
contrast_row <- function(known, level) {
  known <- update(known, side = factor(ifelse(group == level, "in", "rest"), c("in", "rest")))
  if (length(unique(known$variables$side)) < 2) return(list(difference = NA, difference_se = NA))
  both <- svyby(~y, ~side, known, svymean, covmat = TRUE)
  gap <- svycontrast(both, c(1, -1))
  list(difference = as.numeric(coef(gap)), difference_se = as.numeric(SE(gap)))
}

# R's own intervals where it has any: beta (Korn-Graubard, without the truncation of NCHS) and logit.
interval_row <- function(base, p) {
  v <- as.numeric(vcov(svymean(~y, base)))
  n <- nrow(base$variables)
  n_eff <- p * (1 - p) / v * (qt(.025, n - 1) / qt(.025, degf(base)))^2
  beta <- confint(svyciprop(~y, base, method = "beta"))
  logit <- confint(svyciprop(~y, base, method = "logit"))
  list(n_eff = n_eff, beta_low = beta[1], beta_high = beta[2], logit_low = logit[1], logit_high = logit[2])
}

rows <- list(); intervals <- list(); errors <- 0
for (name in sub("\\.csv$", "", list.files(file.path(here, "designs"), "\\.csv$"))) {
  design <- read_design(name)
  policies <- if (is.null(POLICIES[[name]])) "fail" else POLICIES[[name]]
  for (policy in policies) {
    options(survey.lonely.psu = policy)
    for (item in ITEMS) {
      answer <- design$variables[[item]]
      for (option in sort(unique(answer[!is.na(answer)]))) {
        asked <- update(design, y = as.numeric(answer == option))
        add <- function(by, level, base, contrast) {
          key <- list(design = name, lonely_psu = policy, item = item, option = option, by = by, group = level)
          row <- tryCatch(estimate_row(base), error = function(e) { message(paste(c(key, conditionMessage(e)), collapse = " ")); NULL })
          if (is.null(row)) { errors <<- errors + 1; return() }
          rows[[length(rows) + 1]] <<- as.data.frame(c(key, row, contrast))
          if (name %in% WITH_INTERVALS && row$df >= 1 && !settled(row$estimate) && row$se > 0)
            intervals[[length(intervals) + 1]] <<- as.data.frame(c(key, row[c("n", "estimate", "se", "df")], interval_row(base, row$estimate)))
        }
        valid <- !is.na(answer)
        add("all", "all", asked[valid, ], list(difference = NA, difference_se = NA))
        for (by in intersect(GROUPS, names(design$variables))) {
          value <- design$variables[[by]]
          known <- asked[valid & !is.na(value), ]
          known$variables$group <- known$variables[[by]]
          for (level in sort(unique(value[!is.na(value)]))) {
            keep <- valid & !is.na(value) & value == level
            if (any(keep)) add(by, level, asked[keep, ], contrast_row(known, level))
          }
        }
      }
    }
  }
}

write_table <- function(rows, file) {
  table <- do.call(rbind, rows)
  for (column in names(table)) if (is.numeric(table[[column]]) && !column %in% c("n", "df")) {
    x <- table[[column]]
    table[[column]] <- ifelse(is.finite(x), formatC(x, digits = 17, format = "g", width = 1), NA)
  }
  write.csv(table, file.path(out, file), row.names = FALSE, quote = FALSE)
  cat(file, nrow(table), "rows\n")
}
write_table(rows, "survey_oracle.csv")
write_table(intervals, "survey_intervals.csv")
cat(R.version.string, "| survey", as.character(packageVersion("survey")), "| rows left out because R stopped:", errors, "\n")
