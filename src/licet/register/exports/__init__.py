"""An entry in other forms: CSV with its description, linked data, the ATRS shape, a feed."""
