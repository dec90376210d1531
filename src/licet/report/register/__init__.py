"""The register in its plain first form: an index of uses, a page and a document for each."""
