# R's survey package on the designs of make_evidence_designs.py (and four of make_designs.py).
#
#   Rscript evidence_oracle.R [OUT_FOLDER] [PART ...]     (default: the folder of this script, all parts)
#
# Parts: shares contrasts tests weighting scores p. Writes evidence_*.csv; README.md says what the columns are.
suppressMessages(library(survey))

arguments <- commandArgs(FALSE)
here <- dirname(normalizePath(sub("^--file=", "", grep("^--file=", arguments, value = TRUE))))
given <- commandArgs(TRUE)
out <- if (length(given)) given[1] else here
wanted <- function(part) length(given) < 2 || part %in% given[-1]

ITEMS <- c("trust_a", "trust_b", "aware", "settled")
FEW <- c("trust_a", "aware", "settled")
GROUPS <- c("ethnicity", "lone", "age", "place")
# What permits, per item: the battery is the mean of these four shares.
PERMITS <- list(trust_a = "trusts", trust_b = c("fully", "mostly"), aware = "yes", settled = "yes")
FOUR <- c("remove", "certainty", "adjust", "average")
REPLICATES <- c("rep_jk1", "rep_jkn", "rep_brr", "rep_fay", "rep_bootstrap", "rep_successive")

read_file <- function(name) {
  old <- file.path(here, "designs", paste0(name, ".csv"))
  file <- if (file.exists(old)) old else file.path(here, "evidence_designs", paste0(name, ".csv"))
  d <- read.csv(file, colClasses = "character", na.strings = "")
  for (v in intersect(c("wt", "N", "f", "N1", "N2", grep("^r[0-9]+$", names(d), value = TRUE)), names(d)))
    d[[v]] <- as.numeric(d[[v]])
  d
}
scales <- read.csv(file.path(here, "evidence_designs", "replicate_scales.csv"))

taylor <- function(name) {
  d <- read_file(name)
  two <- "ssu" %in% names(d) || "N2" %in% names(d)
  if (name == "two_stage_people") d$ssu <- d$id
  ids <- if (name == "panel_people") ~person else if (two) ~psu + ssu else if ("psu" %in% names(d)) ~psu else ~1
  fpc <- if (two) ~N1 + N2 else if ("N" %in% names(d)) ~N else NULL
  strata <- if ("st" %in% names(d)) ~st else NULL
  svydesign(ids = ids, strata = strata, weights = ~wt, fpc = fpc, nest = TRUE, data = d)
}

replicates <- function(name, mse) {
  d <- read_file(name)
  how <- scales[scales$design == name, ]
  type <- how$type[1]
  weights <- as.matrix(d[paste0("r", how$replicate)])
  d <- d[!grepl("^r[0-9]+$", names(d))]
  if (type == "Fay") return(svrepdesign(weights = ~wt, repweights = weights, type = "Fay", rho = how$rho[1], combined.weights = TRUE, mse = mse, data = d))
  if (type == "BRR") return(svrepdesign(weights = ~wt, repweights = weights, type = "BRR", combined.weights = TRUE, mse = mse, data = d))
  # Type "other" with scale 4 / R: what R's own "successive-difference" and "ACS" come to.
  if (type == "successive-difference") type <- "other"
  svrepdesign(weights = ~wt, repweights = weights, type = type, scale = how$scale[1], rscales = how$rscale, combined.weights = TRUE, mse = mse, data = d)
}

# A table of runs: design, lonely-PSU policy, centre of the replicates, items to take.
run <- function(design, lonely_psu = "fail", mse = NA, items = ITEMS)
  list(design = design, lonely_psu = lonely_psu, mse = mse, items = items)
made <- function(r) {
  options(survey.lonely.psu = r$lonely_psu)
  if (is.na(r$mse)) taylor(r$design) else replicates(r$design, r$mse)
}

rows <- list()
key_of <- function(r) list(design = r$design, lonely_psu = r$lonely_psu, mse = r$mse)
keep_row <- function(table, ...) rows[[table]][[length(rows[[table]]) + 1]] <<- as.data.frame(c(...))
write_tables <- function() for (name in names(rows)) {
  table <- do.call(rbind, rows[[name]])
  for (column in names(table)) if (is.double(table[[column]])) {
    x <- table[[column]]
    table[[column]] <- ifelse(is.finite(x), formatC(x, digits = 14, format = "g", width = 1), NA)
  }
  write.csv(table, file.path(out, paste0("evidence_", name, ".csv")), row.names = FALSE, quote = FALSE)
  cat(paste0("evidence_", name, ".csv"), nrow(table), "rows\n")
}
settled <- function(p) p < 1e-12 || p > 1 - 1e-12

# --- shares ---------------------------------------------------------------------------------------

share_row <- function(base) {
  m <- svymean(~y, base, deff = "replace")
  p <- as.numeric(coef(m))
  list(n = sum(weights(base, "sampling") > 0), estimate = p, se = as.numeric(SE(m)), df = degf(base),
       deff = if (settled(p)) NA else as.numeric(deff(m)))
}
rest_row <- function(known, level) {
  known <- update(known, side = factor(ifelse(group == level, "in", "rest"), c("in", "rest")))
  if (length(unique(known$variables$side)) < 2) return(list(difference = NA_real_, difference_se = NA_real_))
  both <- svyby(~y, ~side, known, svymean, covmat = TRUE)
  gap <- svycontrast(both, c(1, -1))
  list(difference = as.numeric(coef(gap)), difference_se = as.numeric(SE(gap)))
}
# `whole`: no replicate has a share of exactly 0 or 1, nor none at all. Elsewhere the logit is a matter of luck.
interval_row <- function(base) {
  w <- weights(base, "analysis"); y <- base$variables$y
  p <- colSums(w * y) / colSums(w)
  whole <- all(is.finite(p)) && all(p > 1e-12 & p < 1 - 1e-12)
  beta <- confint(svyciprop(~y, base, method = "beta"))
  logit <- if (whole) confint(svyciprop(~y, base, method = "logit")) else c(NA_real_, NA_real_)
  list(beta_low = beta[1], beta_high = beta[2], logit_low = logit[1], logit_high = logit[2])
}

if (wanted("shares")) {
  runs <- c(
    lapply(c("fpc_clusters", "fpc_people", "fpc_simple", "two_stage", "two_stage_people"), run),
    lapply(FOUR, function(p) run("fpc_lonely", p, items = FEW)),
    lapply(FOUR, function(p) run("two_stage_lonely", p, items = FEW)),
    lapply(REPLICATES, run, mse = TRUE), lapply(REPLICATES, run, mse = FALSE, items = FEW))
  for (r in runs) {
    design <- made(r)
    for (item in r$items) {
      answer <- design$variables[[item]]
      valid <- !is.na(answer)
      for (option in sort(unique(answer[valid]))) {
        asked <- update(design, y = as.numeric(answer == option))
        add <- function(by, level, base, contrast) {
          key <- c(key_of(r), list(item = item, option = option, by = by, group = level))
          row <- suppressWarnings(share_row(base))
          keep_row("shares", key, row, contrast)
          if (!is.na(r$mse) && row$df >= 1 && !settled(row$estimate) && row$se > 1e-3)
            keep_row("intervals", key, suppressWarnings(interval_row(base)))
        }
        add("all", "all", asked[valid, ], list(difference = NA_real_, difference_se = NA_real_))
        for (by in intersect(GROUPS, names(design$variables))) {
          value <- design$variables[[by]]
          known <- asked[valid & !is.na(value), ]
          known$variables$group <- known$variables[[by]]
          for (level in sort(unique(value[valid & !is.na(value)])))
            add(by, level, asked[valid & !is.na(value) & value == level, ], suppressWarnings(rest_row(known, level)))
        }
      }
    }
  }
  # Counts of the population and fractions of it are two spellings of one thing.
  d <- read_file("fpc_clusters")
  spelt <- lapply(c(~N, ~f), function(fpc) svymean(~aware, svydesign(ids = ~psu, strata = ~st, fpc = fpc, weights = ~wt, data = d)))
  stopifnot(all.equal(vcov(spelt[[1]]), vcov(spelt[[2]]), tolerance = 1e-14))
}

# --- contrasts ------------------------------------------------------------------------------------

# A term is one share: `y` chose it, `base` could have, 0/1 over the whole file. `combine` gives its weight in
# the figure. Taylor: totals of all y and base with their covariance, then the delta method. Replicates: the figure itself.
figure <- function(design, terms, combine) {
  y <- sapply(terms, function(t) as.numeric(t$y)); b <- sapply(terms, function(t) as.numeric(t$base))
  if (inherits(design, "svyrep.design")) {
    theta <- function(w, data) sum(combine * colSums(w * y) / colSums(w * b))
    v <- suppressWarnings(withReplicates(design, theta))
    return(c(as.numeric(coef(v)), as.numeric(SE(v))))
  }
  k <- length(terms)
  names_y <- paste0("y", 1:k); names_b <- paste0("b", 1:k)
  design$variables[names_y] <- as.data.frame(y); design$variables[names_b] <- as.data.frame(b)
  total <- svytotal(reformulate(c(names_y, names_b)), design)
  text <- paste0("(", format(combine, digits = 17), ") * ", names_y, " / ", names_b, collapse = " + ")
  v <- eval(bquote(svycontrast(total, quote(.(parse(text = text)[[1]])))))
  # Totals are far from 0 and cancel: a variance of 0 comes out as 1e-18 or -1e-18.
  se <- suppressWarnings(as.numeric(SE(v)))
  c(as.numeric(coef(v)), if (is.nan(se) || se < 1e-7) 0 else se)
}

# The terms of an item (or of the battery) among the people of `members`, a logical vector.
terms_of <- function(d, item, option, members) {
  one <- function(item, options) {
    asked <- members & !is.na(d[[item]])
    list(y = asked & d[[item]] %in% options, base = asked)
  }
  if (item == "battery") Map(one, names(PERMITS), PERMITS) else list(one(item, option))
}

contrast <- function(r, design, kind, one, other) {
  d <- design$variables
  a <- terms_of(d, one$item, one$option, one$members)
  b <- terms_of(d, other$item, other$option, other$members)
  based <- all(sapply(c(a, b), function(t) any(t$base)))
  if (!based) return()
  pa <- rep(1 / length(a), length(a)); pb <- rep(1 / length(b), length(b))
  fa <- figure(design, a, pa); fb <- figure(design, b, pb); gap <- figure(design, c(a, b), c(pa, -pb))
  either <- Reduce(`|`, lapply(c(a, b), function(t) t$base))
  label <- function(x) list(item = x$item, option = x$option, by = x$by, group = x$group, wave = x$wave)
  second <- label(other); names(second) <- paste0("other_", names(second))
  keep_row("contrasts", key_of(r), list(kind = kind), label(one), second,
           list(estimate = fa[1], se = fa[2], other_estimate = fb[1], other_se = fb[2],
                difference = gap[1], difference_se = gap[2], df = degf(design[either, ])))
}

if (wanted("contrasts")) {
  PAIRS <- list(c("ethnicity", "Black", "lone", "1"), c("age", "16-34", "ethnicity", "White"),
                c("lone", "1", "age", "55+"), c("place", "island", "lone", "1"), c("place", "edge", "age", "55+"),
                c("place", "corner", "ethnicity", "White"))
  runs <- c(
    lapply(c("stratified_clusters", "nested_labels", "weights_only", "fpc_clusters", "fpc_people", "two_stage", "two_stage_people", "panel", "panel_people"), run),
    lapply(c("remove", "adjust"), function(p) run("lonely", p)),
    lapply(c("remove", "adjust"), function(p) run("fpc_lonely", p)),
    lapply(c("remove", "adjust"), function(p) run("two_stage_lonely", p)),
    lapply(REPLICATES, run, mse = TRUE), lapply(c("rep_jkn", "rep_bootstrap"), run, mse = FALSE))
  for (r in runs) {
    design <- made(r); d <- design$variables
    panel <- "wave" %in% names(d)
    part <- function(item, option, by, group, members, wave = "") list(item = item, option = option, by = by, group = group, members = members, wave = wave)
    every <- c(list(list(by = "all", group = "all", members = rep(TRUE, nrow(d)))),
               do.call(c, lapply(intersect(GROUPS, names(d)), function(by) lapply(sort(unique(d[[by]])), function(g)
                 list(by = by, group = g, members = !is.na(d[[by]]) & d[[by]] == g)))))
    asked <- list(c("trust_a", "trusts"), c("trust_b", "mostly"), c("aware", "yes"), c("settled", "yes"), c("battery", "battery"))
    if (panel) {
      for (x in asked) for (g in every) contrast(r, design, "waves",
        part(x[1], x[2], g$by, g$group, g$members & d$wave == "2", "2"), part(x[1], x[2], g$by, g$group, g$members & d$wave == "1", "1"))
      next
    }
    for (pair in PAIRS) if (all(pair[c(1, 3)] %in% names(d)) && pair[2] %in% d[[pair[1]]]) for (x in asked)
      contrast(r, design, "groups", part(x[1], x[2], pair[1], pair[2], d[[pair[1]]] %in% pair[2]),
               part(x[1], x[2], pair[3], pair[4], d[[pair[3]]] %in% pair[4]))
    for (g in every) contrast(r, design, "items", part("aware", "yes", g$by, g$group, g$members), part("trust_a", "trusts", g$by, g$group, g$members))
    for (g in every[-1]) for (x in asked[c(1, 5)]) contrast(r, design, "rest", part(x[1], x[2], g$by, g$group, g$members),
      part(x[1], x[2], g$by, "rest", !is.na(d[[g$by]]) & !g$members))
  }
}

# --- tests of tables ------------------------------------------------------------------------------

# Rows: an item, or one option of it against all the others. Columns: a group. Missing answers: outside the domain.
test_row <- function(r, design, item, option, by, domain_by = "all", domain = "all") {
  d <- design$variables
  inside <- !is.na(d[[item]]) & !is.na(d[[by]])
  if (domain_by != "all") inside <- inside & d[[domain_by]] %in% domain
  design <- design[inside, ]
  answer <- design$variables[[item]]
  design$variables$answer <- factor(if (option == "all") answer else answer == option)
  design$variables$by <- factor(design$variables[[by]])
  f <- svychisq(~answer + by, design, statistic = "F"); x <- svychisq(~answer + by, design, statistic = "Chisq")
  keep_row("tests", key_of(r), list(item = item, option = option, by = by, domain_by = domain_by, domain = domain,
    n = sum(inside), rows = nlevels(design$variables$answer), columns = nlevels(design$variables$by),
    empty = sum(table(design$variables$answer, design$variables$by) == 0), df = degf(design),
    f = as.numeric(f$statistic), ndf = as.numeric(f$parameter[1]), ddf = as.numeric(f$parameter[2]), p = as.numeric(f$p.value),
    chisq = as.numeric(x$statistic), chisq_df = as.numeric(x$parameter), chisq_p = as.numeric(x$p.value)))
}

if (wanted("tests")) {
  runs <- c(lapply(c("stratified_clusters", "weights_only", "fpc_clusters", "two_stage", "zero_weights"), run),
            list(run("lonely", "adjust"), run("lonely", "remove")), lapply(REPLICATES, run, mse = TRUE), list(run("rep_jkn", mse = FALSE)))
  for (r in runs) {
    design <- made(r)
    test_row(r, design, "aware", "all", "lone")
    test_row(r, design, "trust_a", "all", "lone")
    test_row(r, design, "trust_a", "all", "age")
    test_row(r, design, "trust_b", "all", "age")
    test_row(r, design, "trust_a", "all", "ethnicity")
    test_row(r, design, "trust_a", "trusts", "ethnicity")
    test_row(r, design, "trust_b", "mostly", "age")
    test_row(r, design, "settled", "all", "ethnicity")
    test_row(r, design, "aware", "all", "age", "lone", "0")
  }
}

# --- weights that are adjusted --------------------------------------------------------------------

# rake3 and raking give one set of weights, and standard errors by two formulas.
SCHEMES <- c("post", "rake2", "rake3", "raking", "linear", "trim")
BOUNDS <- list(weigh_people = c(15, 85), weigh_clusters = c(15, 110))
population <- read.csv(file.path(here, "evidence_designs", "population.csv"))
margin <- function(names) {
  p <- population[population$margin == paste(names, collapse = "*"), ]
  levels <- do.call(rbind, strsplit(p$level, "*", fixed = TRUE))
  colnames(levels) <- names
  data.frame(levels, Freq = p$people)
}
# Until nothing moves by more than 1e-13 of the population.
tight <- list(maxit = 2000, epsilon = 1e-13)
totals_for <- function(names) {
  whole <- c(`(Intercept)` = sum(margin(names[1])$Freq))
  for (name in names) { m <- margin(name); m <- m[order(m[[name]]), ][-1, ]; whole <- c(whole, setNames(m$Freq, paste0(name, m[[name]]))) }
  whole
}
adjusted <- function(design, scheme) switch(scheme,
  post = postStratify(design, ~sex + ageband, margin(c("sex", "ageband"))),
  rake2 = rake(design, list(~sex, ~region), list(margin("sex"), margin("region")), tight),
  rake3 = rake(design, list(~sex, ~ageband, ~region), list(margin("sex"), margin("ageband"), margin("region")), tight),
  raking = calibrate(design, ~sex + ageband + region, totals_for(c("sex", "ageband", "region")), calfun = "raking", epsilon = 1e-12,
                     maxit = 200, compress = FALSE),
  # compress: calibrate() of survey 4.1 stops on replicate weights that came as a plain matrix unless told.
  linear = calibrate(design, ~sex + ageband + region, totals_for(c("sex", "ageband", "region")), calfun = "linear", epsilon = 1e-12,
                     compress = FALSE),
  trim = trimWeights(adjusted(design, "rake3"), lower = bounds[1], upper = bounds[2], strict = TRUE))

if (wanted("weighting")) for (name in c("weigh_people", "weigh_clusters", "weigh_replicates")) {
  options(survey.lonely.psu = "fail")
  replicate_run <- name == "weigh_replicates"
  plain <- if (replicate_run) replicates(name, TRUE) else taylor(name)
  bounds <- BOUNDS[[name]]
  found <- list(id = plain$variables$id)
  for (scheme in if (replicate_run) SCHEMES[1:5] else SCHEMES) {
    design <- adjusted(plain, scheme)
    found[[scheme]] <- as.numeric(weights(design, "sampling"))
    d <- design$variables
    for (by in c("all", "ethnicity", "lone", "sex", "region")) for (group in if (by == "all") "all" else sort(unique(d[[by]]))) {
      members <- if (by == "all") rep(TRUE, nrow(d)) else d[[by]] %in% group
      for (x in list(c("trust_a", "trusts"), c("trust_a", "neither"), c("aware", "yes"), c("trust_b", "mostly"))) {
        asked <- design
        asked$variables$y <- as.numeric(d[[x[1]]] %in% x[2] & members)
        # The population total of people of the group who chose the option, and their share of those who answered.
        total <- svytotal(~y, asked)
        base <- asked[members & !is.na(d[[x[1]]]), ]
        share <- svymean(~y, base)
        keep_row("weighting", list(design = name, scheme = scheme, item = x[1], option = x[2], by = by, group = group,
          total = as.numeric(coef(total)), total_se = as.numeric(SE(total)),
          estimate = as.numeric(coef(share)), se = as.numeric(SE(share)), df = degf(base)))
      }
    }
  }
  for (scheme in SCHEMES) if (is.null(found[[scheme]])) found[[scheme]] <- NA_real_
  keep_row("weights", list(design = rep(name, length(found$id))), found)
}

# --- mean scores ----------------------------------------------------------------------------------

SCORES <- c("fully" = 5, "mostly" = 4, "somewhat" = 3, "little" = 2, "not at all" = 1)
if (wanted("scores")) {
  runs <- c(lapply(c("stratified_clusters", "weights_only", "fpc_clusters", "fpc_people", "two_stage"), run), list(run("lonely", "adjust")),
            lapply(c("rep_jkn", "rep_bootstrap"), run, mse = TRUE))
  for (r in runs) {
    design <- made(r); d <- design$variables
    design$variables$score <- as.numeric(SCORES[d$trust_b])
    for (by in c("all", intersect(GROUPS, names(d)))) for (group in if (by == "all") "all" else sort(unique(d[[by]]))) {
      known <- design[!is.na(d$trust_b) & (if (by == "all") TRUE else !is.na(d[[by]])), ]
      side <- if (by == "all") "in" else ifelse(known$variables[[by]] == group, "in", "rest")
      known$variables$side <- factor(side, c("in", "rest"))
      base <- known[side == "in", ]
      gap <- c(NA_real_, NA_real_)
      if (by != "all") {
        v <- svycontrast(suppressWarnings(svyby(~score, ~side, known, svymean, covmat = TRUE)), c(1, -1))
        gap <- c(as.numeric(coef(v)), as.numeric(SE(v)))
      }
      m <- suppressWarnings(svymean(~score, base))
      keep_row("scores", key_of(r), list(item = "trust_b", by = by, group = group, n = nrow(base$variables), estimate = as.numeric(coef(m)),
        se = as.numeric(SE(m)), df = degf(base), difference = gap[1], difference_se = gap[2]))
    }
  }
}

# --- many tests at once ---------------------------------------------------------------------------

if (wanted("p")) {
  p <- read.csv(file.path(here, "evidence_designs", "p_values.csv"))$p
  keep_row("p_adjusted", list(p = p, bh = p.adjust(p, "BH"), holm = p.adjust(p, "holm")))
}

write_tables()
cat(R.version.string, "| survey", as.character(packageVersion("survey")), "\n")
