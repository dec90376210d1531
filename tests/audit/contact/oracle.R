# Interrupted time series by R's glm, for tests/audit/test_contact.py. Run in this folder: Rscript oracle.R
# Made with R 4.2.2. Writes oracle.csv: model, group, term, estimate, se, dispersion.
options(digits = 17)
d <- read.csv("contacts.csv", stringsAsFactors = FALSE)
d$year <- as.integer(substr(d$period, 1, 4))
d$month <- as.integer(substr(d$period, 6, 7))
d$trend <- 12 * (d$year - 2023) + d$month - 1
start <- 27                                   # 2025-04
d$level <- as.numeric(d$trend >= start)
d$slope <- d$level * (d$trend - start)
d$own <- as.numeric(d$area == "here")
d$season <- factor(d$month)
tight <- glm.control(epsilon = 1e-14, maxit = 100)
out <- NULL
keep <- function(model, group, fit) {
  s <- summary(fit)
  data.frame(model = model, group = group, term = rownames(s$coefficients),
             estimate = s$coefficients[, 1], se = s$coefficients[, 2], dispersion = s$dispersion,
             row.names = NULL)
}
for (group in sort(unique(d$group))) {
  g <- d[d$group == group, ]
  here <- g[g$area == "here", ]
  out <- rbind(out, keep("alone", group,
    glm(contacts ~ trend + level + slope + season + offset(log(people)), quasipoisson, here, control = tight)))
  out <- rbind(out, keep("short", group,
    glm(contacts ~ trend + level + slope, quasipoisson, here[here$trend >= 18 & here$trend < 40, ], control = tight)))
  out <- rbind(out, keep("compared", group,
    glm(contacts ~ (trend + level + slope) * own + season + offset(log(people)), quasipoisson, g, control = tight)))
}
out$estimate <- format(out$estimate, digits = 17); out$se <- format(out$se, digits = 17)
out$dispersion <- format(out$dispersion, digits = 17)
write.csv(out, "oracle.csv", row.names = FALSE, quote = FALSE)
